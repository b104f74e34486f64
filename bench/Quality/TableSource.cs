using System.Text;
using Velodrome.Api.Datasets;

namespace Velodrome.Bench.Quality;

/// <summary>A CSV to train on.</summary>
/// <param name="Name">For the report and --only.</param>
/// <param name="PredictsClasses">Whether the target is a class rather than a number.</param>
/// <param name="Target">The column to predict.</param>
/// <param name="Open">Opens the CSV.</param>
internal sealed record TableSource(string Name, bool PredictsClasses, string Target, Func<Stream> Open)
{
    /// <summary>The project's own tables: two that come with the service, and generated ones that are large enough for every default.
    /// The third bundled table, of eight rows, is too small to be split.</summary>
    public static IReadOnlyList<TableSource> Own { get; } =
    [
        Bundled("iris", true, "species"),
        Bundled("noisy-sine", false, "y"),
        new("friedman", false, "y", () => Utf8(GeneratedTables.Friedman())),
        new("customers", true, "leaves", () => Utf8(GeneratedTables.Customers())),
        new("spirals", true, "arm", () => Utf8(GeneratedTables.Spirals())),
    ];

    /// <summary>Reads the CSV as an upload without options is read.</summary>
    public QualityTable Read()
    {
        using var csv = Open();
        return new(Name, PredictsClasses, Target, CsvTableReader.Read(csv));
    }

    private static TableSource Bundled(string name, bool predictsClasses, string target) =>
        new(name, predictsClasses, target, () => BundledDatasets.Open(name));

    private static MemoryStream Utf8(string text) => new(Encoding.UTF8.GetBytes(text));
}
