using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Velodrome.Data;

namespace Velodrome.Api.Datasets;

/// <summary>
/// Datasets that come with the service, so that there is something to train on: study-hours (the lesson's table), iris (Fisher 1936)
/// and noisy-sine (sin x plus noise of deviation 0.8, and five columns of pure noise: a large network memorises it).
/// </summary>
internal sealed class BundledDatasets(IDbContextFactory<TrainingDbContext> contexts, DatasetImporter importer)
{
    private const string Folder = "Velodrome.Api.Datasets.Bundled.";

    private static readonly Assembly Assembly = Assembly.GetExecutingAssembly();

    private static readonly SortedDictionary<string, string> ResourcesByName = new(
        Assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(Folder, StringComparison.Ordinal))
            .ToDictionary(resource => Path.GetFileNameWithoutExtension(resource[Folder.Length..])),
        StringComparer.Ordinal);

    public static bool Contains(string name) => ResourcesByName.ContainsKey(name);

    /// <summary>The CSV of one of them.</summary>
    public static Stream Open(string name) => Assembly.GetManifestResourceStream(ResourcesByName[name])!;

    /// <summary>Imports the bundled datasets that are missing, like uploads. A dataset that a user deleted stays deleted.</summary>
    public async Task Import()
    {
        foreach (var name in ResourcesByName.Keys)
        {
            if (await IsMissing(name))
            {
                using var csv = Open(name);
                await importer.Import(name, csv, ReadingSettings.Detect, owner: null, CancellationToken.None);
            }
        }
    }

    private async Task<bool> IsMissing(string name)
    {
        await using var database = await contexts.CreateDbContextAsync();
        return !await database.Datasets.AnyAsync(dataset => dataset.Name == name)
            && !await database.DeletedBundledDatasets.AnyAsync(deleted => deleted.Name == name);
    }
}
