using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Velodrome.Api.Datasets.Csv;
using Velodrome.Data;
using Velodrome.Data.Datasets;
using Velodrome.Training;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Datasets;

/// <summary>Makes a dataset of a CSV: checked, profiled, stored.</summary>
internal sealed class DatasetImport(DatabaseWriter writer, TimeProvider time)
{
    /// <summary>Memory for cells that is too little to be worth saving.</summary>
    private const long SmallPass = 16 << 20;

    /// <param name="name">Checked already.</param>
    /// <param name="csv">Seekable; all of it is read, several times.</param>
    /// <returns>The dataset, and whether it is new: the same CSV under the same name is stored once.</returns>
    /// <exception cref="RefusedException">The CSV is broken, or the name stands for another.</exception>
    public async Task<(Dataset Dataset, bool IsNew)> Import(string name, Stream csv)
    {
        csv.Position = 0;
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(csv));
        var scan = CsvScan.Read(csv);
        var profiles = Profile(csv, scan);
        var dataset = new Dataset
        {
            Name = name,
            Sha256 = sha256,
            Bytes = csv.Length,
            Rows = scan.Rows,
            Columns = profiles,
            Warnings = [.. scan.Warnings, .. DatasetWarnings.Find(profiles, scan.Rows)],
            CreatedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        try
        {
            return await writer.Write(database => Store(database, dataset, csv));
        }
        catch (DbUpdateException)
        {
            return await writer.Write(database => Store(database, dataset, csv)); // another process took the name meanwhile: now it is seen
        }
    }

    /// <summary>Columns of one-digit numbers are eight times as large in memory as in the file, so not all are read at once.</summary>
    private static List<ColumnProfile> Profile(Stream csv, CsvScan scan)
    {
        var columnsInPass = Math.Max(1, (int)(Math.Max(csv.Length / 2, SmallPass) / ((long)scan.Rows * sizeof(double))));
        var profiles = new List<ColumnProfile>();
        foreach (var columns in scan.Columns.Chunk(columnsInPass))
        {
            if (profiles.Count > 0)
            {
                GC.Collect(); // the pass before has left arrays as large as this one's, and no small objects to set off a collection
            }

            csv.Position = 0;
            var table = CsvTable.Read(csv, scan.Columns, scan.Rows, columns.Select(column => column.Name).ToHashSet());
            profiles.AddRange(table.Columns.Select(ColumnProfile.ProfileInPlace));
        }

        return profiles;
    }

    private static (Dataset Dataset, bool IsNew) Store(TrainingDbContext database, Dataset dataset, Stream csv)
    {
        if (database.Datasets.SingleOrDefault(stored => stored.Name == dataset.Name) is { } existing)
        {
            return existing.Sha256 == dataset.Sha256
                ? (existing, false)
                : throw new RefusedException("datasetExists", "name", $"There is a dataset \"{dataset.Name}\" already, with other content. Choose another name, or delete that one first.");
        }

        database.Datasets.Add(dataset);
        database.SaveChanges();
        csv.Position = 0;
        var bytes = new byte[DatasetChunk.Size];
        for (var number = 0; csv.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) is > 0 and var length; number++)
        {
            var chunk = database.DatasetChunks.Add(new() { DatasetId = dataset.Id, Number = number, Bytes = length == bytes.Length ? bytes : bytes[..length] });
            database.SaveChanges();
            chunk.State = EntityState.Detached; // or the context would hold the whole file
        }

        return (dataset, true);
    }
}
