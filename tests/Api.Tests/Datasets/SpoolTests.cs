using Microsoft.Extensions.Options;
using Velodrome.Api.Datasets;
using Velodrome.Api.Settings;
using Velodrome.Data.Start;
using Velodrome.Training;

namespace Velodrome.Api.Tests.Datasets;

public sealed class SpoolTests : IDisposable
{
    private readonly DataFolder _folder = DataFolder.Open(Directory.CreateTempSubdirectory("velodrome-").FullName);

    [Fact]
    public void Nobody_else_can_read_an_upload()
    {
        using var file = Create().Create();

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file.File.SafeFileHandle));
        }
    }

    [Fact]
    public void A_start_deletes_what_killed_processes_left_and_nothing_else()
    {
        var leftover = Make($"{Guid.NewGuid()}.upload");
        string[] others = [Make("holiday.upload"), Make($"{Guid.NewGuid()}.csv"), Make("velodrome.db")];
        var spool = Create();
        using var inUse = spool.Create();

        spool.DeleteLeftovers();

        Assert.False(File.Exists(leftover));
        Assert.All([.. others, inUse.File.Name], file => Assert.True(File.Exists(file), file));
    }

    [Fact]
    public async Task All_files_together_are_not_larger_than_the_limit()
    {
        var spool = Create(maxMegabytes: 1);
        await using var first = spool.Create();
        using var second = spool.Create();
        await first.WriteAsync(new byte[600_000]);
        second.Write(new byte[448_576]);

        var refused = Assert.Throws<RefusedException>(() => second.Write(new byte[1]));
        Assert.Equal("spoolFull", refused.Faults[0].Code);
        Assert.Equal("spoolFull", Assert.Throws<RefusedException>(() => spool.CheckRoom(1)).Faults[0].Code);

        await first.DisposeAsync();
        second.Write(new byte[600_000]);
        Assert.Equal(1 << 20, spool.Bytes);
    }

    [Fact]
    public void A_closed_file_gives_its_room_back_once()
    {
        var spool = Create(maxMegabytes: 1);
        var file = spool.Create();
        file.WriteByte(1);
        file.Write([2, 3], 0, 2);
        Assert.Equal(3, spool.Bytes);

        file.Dispose();
        file.Dispose();

        Assert.Equal(0, spool.Bytes);
    }

    [Fact]
    public void An_upload_that_the_disk_has_no_room_for_is_refused_before_it_is_received()
    {
        var free = new DriveInfo(_folder.FullPath).AvailableFreeSpace;

        var refused = Assert.Throws<RefusedException>(() => Create(maxMegabytes: 1 << 24).CheckRoom(free));

        Assert.Equal("diskFull", refused.Faults[0].Code);
    }

    public void Dispose()
    {
        _folder.Dispose();
        Directory.Delete(_folder.FullPath, recursive: true);
    }

    private Spool Create(int maxMegabytes = 1024) =>
        new(_folder, Options.Create(new VelodromeSettings { MaxSpoolMegabytes = maxMegabytes }));

    private string Make(string name)
    {
        var file = Path.Combine(_folder.FullPath, name);
        File.WriteAllText(file, "left");
        return file;
    }
}
