using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Sqlite;
using Velodrome.Data.Start;

namespace Velodrome.Data.Tests.Start;

public sealed class PrivateFilesTests : IDisposable
{
    private const int OpenFolder = 0x1ED; // 0755
    private const int OpenFile = 0x1A4; // 0644

    private readonly string _parent = Directory.CreateTempSubdirectory("velodrome-").FullName;

    private string Folder => Path.Combine(_parent, "above", "data");

    [UnixFact]
    public void Nobody_else_can_read_what_the_service_writes()
    {
        using var folder = DataFolder.Lock(Folder);
        SqliteFileCheck.CreateOrCheck(folder.DatabaseFile);
        using var database = Write(folder);

        Assert.Equal("700", Mode(Folder));
        Assert.Equal(["velodrome.db", "velodrome.db-shm", "velodrome.db-wal", "velodrome.lock"], Names());
        Assert.All(Directory.GetFiles(Folder), file => Assert.Equal("600", Mode(file)));
        Assert.Empty(folder.Findings);
    }

    [UnixFact]
    public void What_an_earlier_version_left_open_is_closed()
    {
        Directory.CreateDirectory(Folder);
        Make(Folder, OpenFolder);
        foreach (var name in new[] { "velodrome.db", "velodrome.db-wal", "velodrome.lock", $"{Guid.NewGuid()}.upload" })
        {
            File.WriteAllText(Path.Combine(Folder, name), "");
            Make(Path.Combine(Folder, name), OpenFile);
        }

        using var folder = DataFolder.Lock(Folder);

        Assert.Equal("700", Mode(Folder));
        Assert.All(Directory.GetFiles(Folder), file => Assert.Equal("600", Mode(file)));
        Assert.Equal(5, folder.Findings.Count);
        Assert.Contains($"{Folder} was open to other users of this machine (0755); it is private now (0700).", folder.Findings);
    }

    [UnixFact]
    public void A_folder_with_files_of_others_stays_open_and_the_service_s_own_files_are_closed()
    {
        Directory.CreateDirectory(Folder);
        Make(Folder, OpenFolder);
        foreach (var name in new[] { "velodrome.db", "notes.txt" })
        {
            File.WriteAllText(Path.Combine(Folder, name), "");
            Make(Path.Combine(Folder, name), OpenFile);
        }

        using var folder = DataFolder.Lock(Folder);

        Assert.Equal(("755", "644"), (Mode(Folder), Mode(Path.Combine(Folder, "notes.txt"))));
        Assert.Equal(("600", "600"), (Mode(folder.DatabaseFile), Mode(Path.Combine(Folder, "velodrome.lock"))));
        Assert.Contains(folder.Findings, finding => finding.StartsWith($"{Folder} is open to other users", StringComparison.Ordinal));
    }

    [UnixFact]
    public void A_folder_that_several_processes_share_is_closed_too()
    {
        using var folder = DataFolder.Open(Folder);

        Assert.Equal("700", Mode(Folder));
    }

    [Fact]
    public void Only_temporary_files_of_the_service_are_recognised_as_such()
    {
        using var folder = DataFolder.Lock(Folder);

        Assert.True(DataFolder.IsSpoolFile(folder.NewSpoolFile()));
        Assert.All(["holiday.upload", "x.csv", $"{Guid.NewGuid()}.csv", $"{Guid.NewGuid():N}.upload", ".upload", "velodrome.db"],
            name => Assert.False(DataFolder.IsSpoolFile(Path.Combine(Folder, name)), name));
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_parent, recursive: true);
    }

    /// <summary>Creates the tables. SQLite keeps its -wal and -shm files while the connection is open.</summary>
    private static TrainingDbContext Write(DataFolder folder)
    {
        var database = new TrainingDbContext(
            new DbContextOptionsBuilder<TrainingDbContext>().UseSqliteFile(folder.DatabaseFile).Options);
        database.Database.OpenConnection();
        database.Upgrade();
        return database;
    }

    private string[] Names() => [.. Directory.GetFiles(Folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    private static string Mode(string path) => OperatingSystem.IsWindows() ? "" : Convert.ToString((int)File.GetUnixFileMode(path), 8);

    private static void Make(string path, int mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)mode);
        }
    }

    /// <summary>A test of file modes, which Windows does not have.</summary>
    private sealed class UnixFactAttribute : FactAttribute
    {
        public UnixFactAttribute() => Skip = OperatingSystem.IsWindows() ? "Windows has no file modes." : null;
    }
}
