using Velodrome.Data.Start;

namespace Velodrome.Data.Tests.Start;

public sealed class DataFolderTests : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("velodrome-").FullName;

    private string Folder => Path.Combine(_parent, "data");

    [Fact]
    public void The_folder_is_created_and_its_path_is_absolute()
    {
        using var folder = DataFolder.Lock(Path.Combine(_parent, ".", "data"));

        Assert.Equal(Folder, folder.FullPath);
        Assert.True(Directory.Exists(Folder));
    }

    [Fact]
    public void A_locked_folder_is_refused_until_the_lock_is_released()
    {
        var first = DataFolder.Lock(Folder);

        var refused = Assert.Throws<DataFolderException>(() => DataFolder.Lock(Folder));
        first.Dispose();
        using var second = DataFolder.Lock(Folder);

        Assert.StartsWith($"Another Velodrome process uses the data folder {Folder}", refused.Message);
    }

    [Fact]
    public async Task A_second_process_waits_a_moment_for_the_lock()
    {
        var first = DataFolder.Lock(Folder);

        var second = Task.Run(() => DataFolder.Lock(Folder));
        await Task.Delay(200);
        Assert.False(second.IsCompleted);
        first.Dispose();

        using var folder = await second;
        Assert.Equal(Folder, folder.FullPath);
    }

    [Fact]
    public void A_file_in_place_of_the_folder_is_refused()
    {
        File.WriteAllText(Folder, "");

        Assert.Contains("can't be used", Assert.Throws<DataFolderException>(() => DataFolder.Lock(Folder)).Message);
    }

    [Fact]
    public void A_path_that_sqlite_cannot_open_is_refused_with_the_longest_that_it_can()
    {
        const int Longest = 490;
        var folder = Path.Combine([_parent, .. Enumerable.Repeat(new string('d', 60), 8)])[..Longest].TrimEnd('/');

        DataFolder.Lock(folder).Dispose();
        var refused = Assert.Throws<DataFolderException>(() => DataFolder.Lock(folder + "dddd/dddd"));

        Assert.Contains($"up to {Longest}", refused.Message);
    }

    [Fact]
    public void A_lock_file_that_cannot_be_opened_is_no_other_process()
    {
        Directory.CreateDirectory(Folder);
        File.CreateSymbolicLink(Path.Combine(Folder, "velodrome.lock"), Path.Combine(_parent, "missing", "file"));

        Assert.Contains("can't be used", Assert.Throws<DataFolderException>(() => DataFolder.Lock(Folder)).Message);
    }

    public void Dispose() => Directory.Delete(_parent, recursive: true);
}
