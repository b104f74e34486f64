using Velodrome.Data.Start;

namespace Velodrome.Data.Tests.Start;

public sealed class DataFolderTests : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("velodrome-").FullName;

    private string Wanted => Path.Combine(_parent, "data");

    [Fact]
    public void It_is_made_and_its_path_is_absolute()
    {
        using var folder = DataFolder.Lock(Path.Combine(_parent, ".", "data"));

        Assert.Equal(Wanted, folder.FullPath);
        Assert.True(Directory.Exists(Wanted));
    }

    [Fact]
    public void A_second_taker_is_refused_until_the_first_lets_go()
    {
        var first = DataFolder.Lock(Wanted);

        var refused = Assert.Throws<DataFolderException>(() => DataFolder.Lock(Wanted));
        first.Dispose();
        using var second = DataFolder.Lock(Wanted);

        Assert.StartsWith($"Another Velodrome works in the data folder {Wanted}", refused.Message);
    }

    [Fact]
    public async Task A_folder_that_is_let_go_in_a_moment_is_waited_for()
    {
        var first = DataFolder.Lock(Wanted);

        var second = Task.Run(() => DataFolder.Lock(Wanted));
        await Task.Delay(200);
        Assert.False(second.IsCompleted);
        first.Dispose();

        using var folder = await second;
        Assert.Equal(Wanted, folder.FullPath);
    }

    [Fact]
    public void A_file_in_its_place_is_refused()
    {
        File.WriteAllText(Wanted, "");

        Assert.Contains("can't be used", Assert.Throws<DataFolderException>(() => DataFolder.Lock(Wanted)).Message);
    }

    public void Dispose() => Directory.Delete(_parent, recursive: true);
}
