using System.Security.Cryptography;
using Velodrome.Api.Datasets.Csv;
using Velodrome.Data.Datasets;
using Velodrome.Training;

namespace Velodrome.Api.Datasets;

/// <summary>Turns a CSV into a dataset: checks it, profiles its columns and stores it.</summary>
internal sealed class DatasetImporter(DatasetStore store, TimeProvider time)
{
    /// <param name="name">A valid name.</param>
    /// <param name="csv">Seekable; read several times from its start.</param>
    /// <param name="cancellationToken">Stops the import at the next row or chunk. Nothing of it stays.</param>
    /// <returns>The dataset, and whether it is new: importing the same CSV under the same name again returns the stored one.</returns>
    /// <exception cref="RefusedException">The CSV is broken, or another dataset has the name.</exception>
    public async Task<(Dataset Dataset, bool IsNew)> Import(string name, Stream csv, CancellationToken cancellationToken)
    {
        csv.Position = 0;
        var sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(csv, cancellationToken));
        var scan = CsvScan.Read(csv, cancellationToken);
        var profiles = CsvProfile.Read(csv, scan, cancellationToken);
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
        var stored = await store.Add(dataset, csv, cancellationToken);
        return stored.Sha256 == sha256 ? (stored, stored == dataset) : throw new RefusedException("datasetExists", "name",
            $"A dataset \"{name}\" with other content exists. Choose another name, or delete that dataset first.");
    }
}
