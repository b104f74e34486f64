using Velodrome.Data.Datasets;
using Velodrome.Training;
using Velodrome.Training.Tables;
using Velodrome.Training.Tables.Reading;
using Velodrome.Training.Tables.Reading.Detection;

namespace Velodrome.Api.Datasets.Formats;

/// <summary>A table as a temporary CSV file.</summary>
/// <param name="Csv">The CSV, seekable.</param>
/// <param name="Format">The format in which it was sent, after decompression.</param>
/// <param name="Notes">What was assumed or lost when it was converted.</param>
/// <param name="Kinds">What the file itself says of columns, by their names: their kind, and which of their cells are numbers. The kind of
/// JSON columns is detected, because a JSON number may be a Unix time.</param>
/// <param name="Booleans">Columns whose cells are true and false in the format itself, so that a dataset's words do not apply.</param>
internal sealed record ReceivedTable(
    SpoolFile Csv, TableFormat Format, IReadOnlyList<DatasetWarning> Notes, IReadOnlyDictionary<string, ColumnOptions> Kinds,
    IReadOnlySet<string> Booleans)
    : IAsyncDisposable
{
    /// <summary>How the CSV is to be read: as the caller says, else as the file declares.</summary>
    /// <exception cref="RefusedException"><c>notApplicable</c>: an option describes a CSV, and the file was none.</exception>
    public ReadingSettings SettingsWith(ReadingOptions options)
    {
        if (Format != TableFormat.Csv && options.FirstDialectOption is { } option)
        {
            throw new RefusedException("notApplicable", $"options.{option}",
                $"{option} describes a CSV, and the table is {TableFormats.Of(Format).Name}. Leave it out. \"columns\", \"missing\" and " +
                "the marks of numbers apply.");
        }

        return new(options.WithDeclaredKinds(Kinds), Format, Notes);
    }

    /// <summary>How a column of a stored dataset is read in this table, whose format may have numbers and truth values of its own: they are
    /// not written as in the dataset.</summary>
    /// <exception cref="RefusedException"><c>mixedNumbers</c>.</exception>
    public ColumnReading ReadingOf(ColumnReading stored)
    {
        var numbers = Kinds.GetValueOrDefault(stored.Name)?.Numbers ?? NumberCells.Texts;
        if (stored.Kind == ColumnKind.Number && ColumnDetector.MixedNumbers(stored.Name, stored.Number, numbers) is { } refused)
        {
            throw refused;
        }

        var isTyped = stored.Kind switch
        {
            ColumnKind.Number => numbers == NumberCells.Typed,
            ColumnKind.Boolean => Booleans.Contains(stored.Name),
            _ => false,
        };
        return isTyped ? stored with { Number = null, Boolean = null } : stored;
    }

    public ValueTask DisposeAsync() => Csv.DisposeAsync();
}
