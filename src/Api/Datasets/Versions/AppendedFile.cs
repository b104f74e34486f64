using Velodrome.Api.Datasets.Csv;
using Velodrome.Api.Datasets.Formats;
using Velodrome.Data.Datasets;
using Velodrome.Training;
using Velodrome.Training.Tables.Reading;
using Velodrome.Training.Tables.Reading.Detection;

namespace Velodrome.Api.Datasets.Versions;

/// <summary>A table whose rows are to be appended. Its columns are found by their names, in any order.</summary>
internal sealed class AppendedFile : IDisposable
{
    private AppendedFile(CsvRows rows, IReadOnlyList<int> fields, IReadOnlyList<DatasetWarning> notes) =>
        (Rows, Fields, Notes) = (rows, fields, notes);

    public CsvRows Rows { get; }

    /// <summary>For each field of the stored file, the field of this file; -1 if this file lacks one that the dataset leaves out.</summary>
    public IReadOnlyList<int> Fields { get; }

    /// <summary>What was left out.</summary>
    public IReadOnlyList<DatasetWarning> Notes { get; }

    /// <param name="table">The table.</param>
    /// <param name="options">How its text is to be divided into rows and fields, as far as the caller has set it.</param>
    /// <param name="stored">The file to which its rows are appended.</param>
    /// <param name="cancellationToken">Checked at each row.</param>
    /// <exception cref="RefusedException"><c>columnsDiffer</c>; or a mistake in the header.</exception>
    public static AppendedFile Open(ReceivedTable table, ReadingOptions options, StoredFile stored, CancellationToken cancellationToken)
    {
        if (table.Format != TableFormat.Csv)
        {
            return Open(table, Dialect.Default, stored, cancellationToken);
        }

        var known = stored.Reading.Dialect;
        var given = options with { Header = options.Header ?? (known.HasHeader ? true : null) };
        var dialect = CsvDialect.Detect(table.Csv, given, cancellationToken).Dialect with { KeepsBlankLines = known.KeepsBlankLines };
        var like = dialect with
        {
            Delimiter = options.Delimiter is null ? known.Delimiter : dialect.Delimiter,
            HasRowNames = known.HasRowNames,
            HasTrailingDelimiter = false,
        };
        try
        {
            return Open(table, dialect, stored, cancellationToken);
        }
        catch (RefusedException) when (like != dialect)
        {
            try // a single row shows too little
            {
                return Open(table, like, stored, cancellationToken);
            }
            catch (RefusedException)
            {
                // the first refusal is about the file as it looks
            }

            throw;
        }
    }

    public void Dispose() => Rows.Dispose();

    private static AppendedFile Open(ReceivedTable table, Dialect dialect, StoredFile stored, CancellationToken cancellationToken)
    {
        using (var first = CsvRows.Check(table.Csv, dialect, cancellationToken))
        {
            first.Next(); // refused if the dialect does not fit
        }

        var rows = CsvRows.Check(table.Csv, dialect, cancellationToken);
        try
        {
            return dialect.HasHeader ? ByName(rows, stored) : new(rows, ByPosition(rows, stored), []);
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    private static AppendedFile ByName(CsvRows rows, StoredFile stored)
    {
        var columns = ColumnNames.Of(rows.Header);
        var names = columns.Names.ToList();
        int[] fields = [.. stored.Names.Select(name => names.IndexOf(name))];
        var missing = stored.Reading.Columns.Where(column => fields[column.Field] < 0).Select(column => column.Name).ToList();
        var others = Enumerable.Range(0, names.Count).Except(fields).ToList();
        var extra = others.Where(field => !columns.Nameless.Contains(field)).Select(field => names[field]).ToList();
        if (missing.Count > 0 || extra.Count > 0)
        {
            throw Differ(missing, extra, stored);
        }

        return new(rows, fields, [.. others.Select(field => new DatasetWarning("columnLeftOut", names[field],
            $"Column {field + 1} of the appended rows has no name and is not a column of the dataset. It is left out.", 1))]);
    }

    private static int[] ByPosition(CsvRows rows, StoredFile stored) => rows.Fields == stored.Names.Count
        ? [.. Enumerable.Range(0, rows.Fields)]
        : throw new RefusedException("columnsDiffer", null,
            $"The rows have no header and {rows.Fields} values each, but those of dataset \"{stored.Dataset.Name}\" have " +
            $"{stored.Names.Count}: {Listed(stored.Names)}. Send the columns of the dataset, in this order or with a header.");

    private static RefusedException Differ(List<string> missing, List<string> extra, StoredFile stored)
    {
        var names = stored.Reading.Columns.Select(column => column.Name).ToList();
        var lacks = missing.Count > 0
            ? $" They lack {Listed(missing)}: send the column, and leave the cells of missing values empty (null in JSON)." : "";
        var has = extra.Count > 0
            ? $" The dataset has no {Listed(extra)}: leave the column out.{NearestName.Suggestion(extra[0], missing)}" : "";
        return new("columnsDiffer", missing.Count > 0 ? missing[0] : extra[0],
            $"The columns of the rows are not those of dataset \"{stored.Dataset.Name}\", which are {Listed(names)}.{lacks}{has}");
    }

    private static string Listed(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(20).Select(name => $"'{name}'")) + (names.Count > 20 ? $" and {names.Count - 20} others" : "");
}
