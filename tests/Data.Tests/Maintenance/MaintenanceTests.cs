using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Chunks;
using Velodrome.Data.Damage;
using Velodrome.Data.Datasets;
using Velodrome.Data.Maintenance;
using Velodrome.Data.Runs;
using Velodrome.Data.Sqlite;
using Velodrome.Data.Start;
using Velodrome.Postgres;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Data.Tests.Maintenance;

/// <summary>Check, backup, restore and move, on a database with a dataset, a deleted run, and two large runs.</summary>
public sealed class MaintenanceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("velodrome-").FullName;
    private readonly ContextFactory _source;

    public MaintenanceTests()
    {
        _source = NewSqlite("source");
        using var database = _source.CreateDbContext();
        database.Upgrade();
        Fill(database);
    }

    [Fact]
    public void An_undamaged_database_has_no_faults()
    {
        var verified = DatabaseVerifier.Verify(_source);

        Assert.Empty(verified.SelectMany(line => line.Faults));
        Assert.Equal((1, 2, 1, 1), (Count("datasets"), Count("histories of runs"), Count("models"), Count("checkpoints")));
        long Count(string what) => verified.Single(line => line.What == what).Count;
    }

    [Theory]
    [InlineData("UPDATE \"DatasetChunks\" SET \"Bytes\" = x'00'", "dataset \"one\"")]
    [InlineData("UPDATE \"ColumnChunks\" SET \"Bytes\" = x'00'", "Chunk 0 of column 0")]
    [InlineData("UPDATE \"Models\" SET \"Bytes\" = x'00'", "model of run 2")]
    [InlineData("UPDATE \"Checkpoints\" SET \"Bytes\" = x'00'", "checkpoint of run 3")]
    [InlineData("UPDATE \"RunChunks\" SET \"Bytes\" = x'00' WHERE \"RunId\" = 2 AND \"Number\" = 2", "model of run 2 is damaged: piece 3")]
    [InlineData("UPDATE \"RunChunks\" SET \"Bytes\" = x'00' WHERE \"RunId\" = 3", "of run 3 at epoch 2 is damaged: piece 2 of 2")]
    [InlineData("DELETE FROM \"RunChunks\" WHERE \"RunId\" = 2 AND \"Number\" = 1", "piece 2 of 3 is missing")]
    [InlineData("DELETE FROM \"Epochs\" WHERE \"RunId\" = 2 AND \"Number\" = 1", "history of run 2")]
    [InlineData("DELETE FROM \"Epochs\" WHERE \"RunId\" = 3 AND \"Number\" = 0", "history of run 3")]
    [InlineData("PRAGMA foreign_keys = OFF; DELETE FROM \"Datasets\"", "DatasetChunks refers to a row of Datasets")]
    public void A_damaged_row_is_named(string damage, string expected)
    {
        Execute(_source, damage);

        Assert.Contains(DatabaseVerifier.Verify(_source).SelectMany(line => line.Faults),
            fault => fault.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void A_backup_has_everything_and_only_its_owner_reads_it()
    {
        var file = Backup();

        Assert.Equal(Contents(_source), Contents(ContextFactory.Sqlite(file)));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public void A_backup_does_not_replace_a_file()
    {
        var file = Backup();

        Assert.Throws<IOException>(() => Backup());
        Assert.Single(Directory.GetFiles(_folder, "backup*"), file);
    }

    [Fact]
    public void A_backup_is_restored_and_the_replaced_database_is_kept()
    {
        var file = Backup();
        using var folder = DataFolder.Lock(Path.Combine(_folder, "data"));
        Assert.Null(SqliteRestore.Restore(folder, file, force: false, DateTimeOffset.UtcNow));
        Execute(ContextFactory.Sqlite(folder.DatabaseFile), "DELETE FROM \"Models\"");
        SqliteConnection.ClearAllPools();
        Assert.Throws<UnusableDatabaseException>(() => SqliteRestore.Restore(folder, file, force: false, DateTimeOffset.UtcNow));

        var kept = SqliteRestore.Restore(folder, file, force: true, DateTimeOffset.UtcNow);

        Assert.Equal(Contents(_source), Contents(ContextFactory.Sqlite(folder.DatabaseFile)));
        Assert.NotEqual(Contents(_source), Contents(ContextFactory.Sqlite(kept!)));
    }

    [Fact]
    public void A_damaged_backup_replaces_nothing()
    {
        var file = Backup();
        Execute(ContextFactory.Sqlite(file), "UPDATE \"Models\" SET \"Bytes\" = x'00'");
        SqliteConnection.ClearAllPools();
        using var folder = DataFolder.Lock(Path.Combine(_folder, "data"));

        var failure = Assert.Throws<UnusableDatabaseException>(
            () => SqliteRestore.Restore(folder, file, force: true, DateTimeOffset.UtcNow));

        Assert.Contains("nothing was replaced", failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.DatabaseFile));
    }

    [PostgresFact]
    public void Everything_moves_to_postgres_and_back()
    {
        var postgres = ContextFactory.Postgres(PostgresServer.Shared.NewDatabase());
        var back = NewSqlite("back");

        var moved = DatabaseMove.Run(_source, postgres);
        NpgsqlPoolsCleared();
        DatabaseMove.Run(postgres, back);

        Assert.Equal(Contents(_source), Contents(postgres));
        Assert.Equal(Contents(_source), Contents(back));
        Assert.Equal(6, moved.Single(table => table.Name == "Epochs").Rows);
        Assert.Empty(DatabaseVerifier.Verify(postgres).Concat(DatabaseVerifier.Verify(back)).SelectMany(line => line.Faults));
        Assert.Equal(5, NextRunId(postgres)); // 4 was deleted: no id is given twice
        Assert.Equal(5, NextRunId(back));
    }

    [Fact]
    public void A_target_with_rows_is_refused()
    {
        var target = NewSqlite("target");
        DatabaseMove.Run(_source, target);

        Assert.Contains("is not empty", Assert.Throws<UnusableDatabaseException>(() => DatabaseMove.Run(_source, target)).Message,
            StringComparison.Ordinal);
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private static void NpgsqlPoolsCleared() => Npgsql.NpgsqlConnection.ClearAllPools(); // a session counts as a process of the service

    private ContextFactory NewSqlite(string name) => ContextFactory.Sqlite(Path.Combine(_folder, name + ".db"));

    private string Backup()
    {
        var file = Path.Combine(_folder, "backup.db");
        using var connection = new SqliteConnection($"Data Source={_source.Place}");
        connection.Open();
        SqliteBackup.Write(connection, file);
        return file;
    }

    /// <summary>Rows of each table, as both providers return them.</summary>
    private static string Contents(ContextFactory contexts)
    {
        using var database = contexts.CreateDbContext();
        return JsonConversion.Write(new
        {
            Datasets = database.Datasets.AsNoTracking().OrderBy(row => row.Id).ToList(),
            Chunks = database.DatasetChunks.AsNoTracking().OrderBy(row => row.Number).ToList(),
            Runs = database.Runs.AsNoTracking().OrderBy(row => row.Id).ToList(),
            Epochs = database.Epochs.AsNoTracking().OrderBy(row => row.RunId).ThenBy(row => row.Number).ToList(),
            Checkpoints = database.Checkpoints.AsNoTracking().ToList(),
            Models = database.Models.AsNoTracking().ToList(),
            PredictionInputs = database.PredictionInputs.AsNoTracking().ToList(),
            RunChunks = database.RunChunks.AsNoTracking().OrderBy(row => row.RunId).ThenBy(row => row.Number).ToList(),
            Keys = database.Set<IdempotencyKey>().AsNoTracking().ToList(),
        });
    }

    private static long NextRunId(ContextFactory contexts)
    {
        using var database = contexts.CreateDbContext();
        var run = NewRun(database.Datasets.Single().Id);
        database.Runs.Add(run);
        database.SaveChanges();
        return run.Id;
    }

    private static void Execute(ContextFactory contexts, string sql)
    {
        using var database = contexts.CreateDbContext();
        database.Database.OpenConnection();
        database.Database.ExecuteSqlRaw(sql);
    }

    private static void Fill(TrainingDbContext database)
    {
        byte[] bytes = [1, 2, 3];
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        var dataset = new Dataset
        {
            Name = "one",
            Sha256 = sha256,
            Bytes = bytes.Length,
            Rows = 1,
            Columns = [],
            Warnings = [],
            CreatedAt = 7,
        };
        database.Datasets.Add(dataset);
        database.SaveChanges();
        database.DatasetChunks.Add(new() { DatasetId = dataset.Id, Number = 0, Bytes = bytes, Sha256 = sha256 });
        database.ColumnChunks.Add(new() { DatasetId = dataset.Id, Column = 0, Number = 0, Bytes = bytes, Sha256 = sha256 });
        var runs = Enumerable.Range(0, 4).Select(_ => NewRun(dataset.Id)).ToList();
        foreach (var run in runs)
        {
            database.Runs.Add(run);
            database.SaveChanges();
        }

        database.Runs.RemoveRange(runs[0], runs[3]);
        (runs[1].LastEpoch, runs[1].BestValidationLoss, runs[2].LastEpoch) = (2, 0.1, 2);
        foreach (var run in runs.Skip(1).Take(2))
        {
            database.Epochs.AddRange(Enumerable.Range(0, 3).Select(number => new Epoch
            {
                RunId = run.Id,
                Number = number,
                TrainLoss = 1.0 / 3,
                ValidationLoss = null,
                LearningRate = 1e-3,
                Seconds = 0.5,
            }));
        }

        database.PredictionInputs.Add(new() { RunId = runs[1].Id, Since = 5, Until = 6, Rows = 3, Counts = [1, 2, 0] });
        database.Models.Add(new() { RunId = runs[1].Id, Bytes = bytes, Sha256 = sha256, ChunkSet = long.MaxValue, Chunks = 2 });
        database.Checkpoints.Add(new()
        {
            RunId = runs[2].Id,
            Slot = 1,
            Epoch = 2,
            Bytes = bytes,
            Sha256 = sha256,
            ChunkSet = 7,
            Chunks = 1,
        });
        database.RunChunks.AddRange(
            NewChunk(runs[1].Id, long.MaxValue, 1, 4, 5, 6), NewChunk(runs[1].Id, long.MaxValue, 2, 7), NewChunk(runs[2].Id, 7, 1, 8, 9));
        database.Add(new IdempotencyKey { Key = "schlüssel", BodySha256 = sha256, RunId = runs[1].Id });
        database.SaveChanges();
    }

    private static RunChunk NewChunk(long run, long set, int number, params byte[] bytes) =>
        new() { RunId = run, ChunkSet = set, Number = number, Bytes = bytes, Sha256 = Checksum.Of(bytes) };

    private static Run NewRun(long dataset)
    {
        double[] values = [1, 2, 3, 4];
        var table = new Table([new NumberColumn("x", values), new NumberColumn("y", values)]);
        var request = new RunRequest { Dataset = "one", Target = "y", Validation = new() { Split = SplitKind.Last, Fraction = 0.25 } };
        var plan = RunPlan.Resolve(request, new RunTables(table));
        return new() { Name = "run", DatasetId = dataset, Spec = plan.Spec, Split = RunSplit.Of(plan, []), Warnings = [], CreatedAt = 5 };
    }
}
