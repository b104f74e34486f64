using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Velodrome.Data;

namespace Velodrome.Api.Datasets;

/// <summary>
/// Datasets that come with the service, so that there is something to train on at once: study-hours (the lesson's), iris
/// (Fisher 1936) and noisy-sine (sin x plus noise of deviation 0.8, beside five
/// columns that mean nothing: so few and noisy that a large network learns them by heart).
/// </summary>
internal sealed class BundledDatasets(IDbContextFactory<TrainingDbContext> contexts, Spool spool, DatasetImport import)
{
    private const string Folder = "Velodrome.Api.Datasets.Bundled.";

    /// <summary>Imports those that are not there, by the same way as an upload.</summary>
    public async Task Import()
    {
        spool.DeleteLeftovers();
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var resource in assembly.GetManifestResourceNames().Where(resource => resource.StartsWith(Folder, StringComparison.Ordinal)).Order())
        {
            var name = Path.GetFileNameWithoutExtension(resource[Folder.Length..]);
            if (!await Exists(name))
            {
                using var csv = assembly.GetManifestResourceStream(resource)!;
                await import.Import(name, csv);
            }
        }
    }

    private async Task<bool> Exists(string name)
    {
        await using var database = await contexts.CreateDbContextAsync();
        return await database.Datasets.AnyAsync(dataset => dataset.Name == name);
    }
}
