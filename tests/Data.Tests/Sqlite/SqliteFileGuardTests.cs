using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Velodrome.Data.Maintenance;
using Velodrome.Data.Sqlite;
using Velodrome.Data.Start;

namespace Velodrome.Data.Tests.Sqlite;

/// <summary>The database file is deleted or replaced while the process has it open.</summary>
public sealed class SqliteFileGuardTests : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("velodrome-").FullName;
    private readonly ServiceProvider _services;

    public SqliteFileGuardTests()
    {
        _services = new ServiceCollection().AddSingleton(TimeProvider.System).AddSqliteDatabase(_folder).BuildServiceProvider();
        using var database = CreateContext();
        database.Upgrade();
        database.Datasets.Add(TestDatabase.Dataset("one"));
        database.SaveChanges();
    }

    private string File => Path.Combine(_folder, "velodrome.db");

    private SqliteFileGuard Guard => _services.GetRequiredService<SqliteFileGuard>();

    [Fact]
    public void A_file_in_its_place_is_no_problem()
    {
        Assert.Null(Guard.Problem);
        using var database = CreateContext();
        Assert.True(database.Datasets.Any());
    }

    [UnixTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reads_and_writes_are_refused_and_the_data_are_saved(bool isReplaced)
    {
        foreach (var suffix in new[] { "", "-wal", "-shm" })
        {
            System.IO.File.Delete(File + suffix);
        }

        if (isReplaced)
        {
            SqliteFileCheck.CreateOrCheck(File + ".other");
            System.IO.File.Move(File + ".other", File);
        }

        using var database = CreateContext();
        Assert.Throws<DatabaseFileMovedException>(() => database.Datasets.Any());
        await Assert.ThrowsAsync<DatabaseFileMovedException>(() =>
            _services.GetRequiredService<DatabaseWriter>().Write(writing => { writing.Datasets.Add(TestDatabase.Dataset("two")); }));

        Assert.Equal(["one"], Names(await Saved()));
    }

    [UnixFact]
    public async Task The_saved_file_can_be_restored()
    {
        System.IO.File.Delete(File);
        _ = Guard.Problem;
        var saved = await Saved();
        await _services.DisposeAsync();

        using (var folder = DataFolder.Lock(_folder))
        {
            SqliteRestore.Restore(folder, saved, force: true, DateTimeOffset.UtcNow);
        }

        Assert.Equal(["one"], Names(File));
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private TrainingDbContext CreateContext() => _services.GetRequiredService<IDbContextFactory<TrainingDbContext>>().CreateDbContext();

    /// <summary>The path in the guard's advice, once the data are saved.</summary>
    private async Task<string> Saved()
    {
        const string Before = "The data are saved in ";
        await Wait.Until(
            () => Guard.Problem?.Contains(Before, StringComparison.Ordinal) == true, () => Guard.Problem ?? "the guard finds no problem");
        var problem = Guard.Problem!;
        var start = problem.IndexOf(Before, StringComparison.Ordinal) + Before.Length;
        return problem[start..problem.IndexOf(". Stop", StringComparison.Ordinal)];
    }

    private static List<string> Names(string file)
    {
        using var database = ContextFactory.Sqlite(file).CreateDbContext();
        return [.. database.Datasets.Select(dataset => dataset.Name)];
    }

    /// <summary>Windows does not delete a file that is open.</summary>
    private sealed class UnixFactAttribute : FactAttribute
    {
        public UnixFactAttribute() => Skip = OperatingSystem.IsWindows() ? "Windows does not delete a file that is open." : null;
    }

    /// <inheritdoc cref="UnixFactAttribute"/>
    private sealed class UnixTheoryAttribute : TheoryAttribute
    {
        public UnixTheoryAttribute() => Skip = OperatingSystem.IsWindows() ? "Windows does not delete a file that is open." : null;
    }
}
