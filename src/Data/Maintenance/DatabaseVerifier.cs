using System.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Chunks;
using Velodrome.Data.Damage;
using Velodrome.Data.Datasets;
using Velodrome.Data.Sqlite;
using Velodrome.Training;

namespace Velodrome.Data.Maintenance;

/// <summary>
/// Verifies a whole database: the pages of a SQLite file, foreign keys, the checksums of datasets, models and checkpoints, and that the
/// history of each run is complete. It reads the state of one moment and changes nothing, so a service may use the database meanwhile.
/// </summary>
public static class DatabaseVerifier
{
    public static IReadOnlyList<Verification> Verify(IDbContextFactory<TrainingDbContext> contexts)
    {
        using var database = contexts.CreateDbContext();
        database.Database.SetCommandTimeout(0);
        database.Database.OpenConnection();
        var verified = new List<Verification>();
        if (database.Database.IsSqlite())
        {
            verified.Add(File(database));
            verified.Add(ForeignKeys(database));
        }

        using var moment = BeginRead(database);
        verified.Add(Datasets(database));
        verified.Add(Columns(database));
        verified.Add(Models(database));
        verified.Add(Checkpoints(database));
        verified.Add(Histories(database));
        return verified;
    }

    private static IDisposable BeginRead(TrainingDbContext database) => database.Database.IsSqlite()
        ? ((SqliteConnection)database.Database.GetDbConnection()).BeginReadFor(database)
        : database.Database.BeginTransaction(IsolationLevel.RepeatableRead);

    private static Verification Datasets(TrainingDbContext database)
    {
        var faults = new List<string>();
        var datasets = database.Datasets.AsNoTracking().OrderBy(dataset => dataset.Id).ToList();
        foreach (var dataset in datasets)
        {
            Collect(faults, $"Dataset \"{dataset.Name}\"", () =>
            {
                var chunks = VerifiedChunks.OfAdded(database, dataset); // the others belong to versions before, which are verified too
                while (!chunks.ReadNext().IsEmpty)
                {
                }
            });
        }

        foreach (var versions in datasets.GroupBy(dataset => dataset.FirstVersionId ?? dataset.Id))
        {
            var bytes = 0L;
            var number = 1;
            foreach (var version in versions.OrderBy(version => version.Version))
            {
                if (version.Version != number++ || version.SharedBytes != bytes)
                {
                    faults.Add(DamageRefusals.Dataset(
                        version.Name,
                        $"version {version.Version} shares {version.SharedBytes} bytes with a version that is missing").Message);
                    break;
                }

                bytes = version.Bytes;
            }
        }

        return new("datasets", datasets.Count, faults);
    }

    private static Verification Columns(TrainingDbContext database)
    {
        var faults = new List<string>();
        var keys = database.ColumnChunks.OrderBy(chunk => chunk.DatasetId).ThenBy(chunk => chunk.Column).ThenBy(chunk => chunk.Number)
            .Select(chunk => new { chunk.DatasetId, chunk.Column, chunk.Number }).ToList();
        foreach (var key in keys)
        {
            Collect(faults, $"A column of dataset {key.DatasetId}", () =>
            {
                var chunk = database.ColumnChunks.AsNoTracking().Single(chunk =>
                    chunk.DatasetId == key.DatasetId && chunk.Column == key.Column && chunk.Number == key.Number);
                if (!Checksum.Matches(chunk.Bytes, chunk.Sha256))
                {
                    faults.Add(
                        $"Chunk {key.Number} of column {key.Column} of dataset {key.DatasetId} has another SHA-256 than the one that was " +
                        "stored with it. The column is read from the CSV instead.");
                }
            });
        }

        return new("columns", keys.Count, faults);
    }

    private static Verification Models(TrainingDbContext database)
    {
        var faults = new List<string>();
        var runs = database.Models.OrderBy(model => model.RunId).Select(model => model.RunId).ToList();
        foreach (var run in runs)
        {
            Collect(faults, $"The model of run {run}", () =>
            {
                var model = database.Models.AsNoTracking().Single(model => model.RunId == run);
                Verify(database, model, what => faults.Add(DamageRefusals.Model(run, what).Message));
            });
        }

        return new("models", runs.Count, faults);
    }

    private static Verification Checkpoints(TrainingDbContext database)
    {
        var faults = new List<string>();
        var keys = database.Checkpoints.OrderBy(known => known.RunId).ThenBy(known => known.Slot)
            .Select(known => new { known.RunId, known.Slot }).ToList();
        foreach (var key in keys)
        {
            Collect(faults, $"A checkpoint of run {key.RunId}", () =>
            {
                var stored = database.Checkpoints.AsNoTracking().Single(known => known.RunId == key.RunId && known.Slot == key.Slot);
                Verify(database, stored, what => faults.Add(
                    $"The checkpoint of run {key.RunId} at epoch {stored.Epoch} is damaged: {what}. " +
                    "A run that is resumed goes on from an older checkpoint, or starts again with the same result."));
            });
        }

        return new("checkpoints", keys.Count, faults);
    }

    private static void Verify(TrainingDbContext database, IChunked row, Action<string> damaged)
    {
        try
        {
            using var bytes = new VerifiedStream(database, row);
            bytes.ReadToEnd();
        }
        catch (DamagedBytesException damage)
        {
            damaged(damage.Message);
        }
    }

    private static Verification Histories(TrainingDbContext database)
    {
        var epochs = database.Epochs.GroupBy(epoch => epoch.RunId)
            .Select(run => new
            {
                run.Key,
                Count = run.Count(),
                First = run.Min(epoch => epoch.Number),
                Last = run.Max(epoch => epoch.Number),
            })
            .ToDictionary(run => run.Key);
        var runs = database.Runs.OrderBy(run => run.Id).Select(run => new { run.Id, run.LastEpoch }).ToList();
        var faults = runs.Select(run =>
        {
            var expected = run.LastEpoch is { } epoch ? epoch + 1 : 0; // the history begins with the untrained network, epoch 0
            var (count, first, last) = epochs.TryGetValue(run.Id, out var found) ? (found.Count, found.First, found.Last) : (0, 0, -1);
            return count == expected && first == 0 && last == count - 1 ? null
                : $"The history of run {run.Id} has {count} epochs, up to {last}, instead of each one from 0 to {expected - 1}.";
        });
        return new("histories of runs", runs.Count, [.. faults.OfType<string>()]);
    }

    /// <summary>Notes what is damaged, and lets the rest be verified.</summary>
    private static void Collect(List<string> faults, string what, Action verify)
    {
        try
        {
            verify();
        }
        catch (RefusedException damage)
        {
            faults.Add(damage.Message);
        }
        catch (SqliteException failure) when (SqliteFileCheck.IsDamage(failure))
        {
            faults.Add($"{what} can't be read, because the file is damaged there.");
        }
    }

    private static Verification File(TrainingDbContext database)
    {
        var faults = new List<string>();
        Collect(faults, "The file", () => faults.AddRange(Query(database, "PRAGMA integrity_check").Where(line => line != "ok")));
        return new("pages of the file", long.Parse(Query(database, "PRAGMA page_count")[0]), faults);
    }

    private static Verification ForeignKeys(TrainingDbContext database)
    {
        var tables = database.Model.GetRelationalModel().Tables;
        var faults = new List<string>();
        Collect(faults, "A foreign key", () => faults.AddRange(Query(database, """
            SELECT 'A row of ' || "table" || ' refers to a row of ' || "parent" || ' that is missing.' FROM pragma_foreign_key_check
            """)));
        return new("foreign keys", tables.Sum(table => table.ForeignKeyConstraints.Count()), faults);
    }

    private static List<string> Query(TrainingDbContext database, string sql)
    {
        using var command = database.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var values = new List<string>();
        while (reader.Read())
        {
            values.Add(reader.GetValue(0).ToString()!);
        }

        return values;
    }

    /// <summary>A transaction that takes no write lock, unlike those of EF Core.</summary>
    private static SqliteTransaction BeginReadFor(this SqliteConnection connection, TrainingDbContext database)
    {
        var transaction = connection.BeginTransaction(deferred: true);
        database.Database.UseTransaction(transaction);
        return transaction;
    }
}
