using System.Globalization;

namespace Velodrome.Training.Tables.Reading.Detection;

/// <summary>A sample that is divided into rows and fields by one dialect, and how well the dialect fits.</summary>
/// <param name="Dialect">The dialect, completed by what the rows show: skipped lines, row names, a trailing delimiter.</param>
/// <param name="Records">The rows after the skipped lines.</param>
/// <param name="Fields">Number of fields of the rows.</param>
/// <param name="IsConsistent">Whether every row has that number of fields.</param>
internal sealed record Layout(Dialect Dialect, IReadOnlyList<SampleRecord> Records, int Fields, bool IsConsistent)
{
    private const int MaxPreamble = 30;

    /// <summary>Whether the rows have several fields, and all the same number.</summary>
    public bool IsTable => IsConsistent && Fields > 1;

    /// <summary>The records below the header.</summary>
    public IEnumerable<SampleRecord> Rows => Records.Skip(Dialect.HasHeader ? 1 : 0);

    /// <summary>Share of the fields below the first row that are numbers or empty.</summary>
    public double NumericShare
    {
        get
        {
            var texts = Records.Skip(1).SelectMany(record => record.Fields).ToList();
            return texts.Count == 0 ? 0 : texts.Count(text => text.Length == 0 || IsNumeric(text)) / (double)texts.Count;
        }
    }

    /// <summary>Whether the text is a number in any format.</summary>
    public static bool IsNumeric(string text) => NumberFormat.IsNumber(System.Text.Encoding.UTF8.GetBytes(text));

    public static Layout Of(string sample, bool isComplete, Dialect dialect)
    {
        var records = SampleRecords.Split(sample, isComplete, dialect);
        int[] counts = [.. records.Select(record => record.Fields.Count)];
        if (counts.Length == 0)
        {
            return new(dialect, records, 0, false);
        }

        if (counts.All(count => count == counts[0]))
        {
            return PaddedPreamble(records) is > 0 and var padded
                ? new(dialect with { SkippedLines = records[padded].Line }, records[padded..], counts[0], true)
                : new(dialect, records, counts[0], true);
        }

        var last = counts[^1];
        if (counts.Length > 2 && counts.Skip(1).All(count => count == last) && counts[0] == last - 1)
        {
            if (records.Skip(1).All(record => record.Fields[^1].Length == 0))
            {
                return new(dialect with { HasTrailingDelimiter = true }, records, last, true);
            }

            if (AreRowNames([.. records.Skip(1)]))
            {
                return new(dialect with { HasRowNames = true }, records, last, true);
            }
        }

        return Preamble(records, counts) is > 0 and var skipped
            ? new(dialect with { SkippedLines = records[skipped].Line }, records[skipped..], last, true)
            : new(dialect, records, MostFrequent(counts), false);
    }

    /// <summary>Number of title lines above the header. They have a single field; below them, all rows have the same number.</summary>
    private static int Preamble(List<SampleRecord> records, int[] counts)
    {
        var skipped = Array.FindIndex(counts, count => count != 1);
        return skipped is > 0 and <= MaxPreamble && counts.Length - skipped > 2
            && counts.Skip(skipped).All(count => count == counts[skipped])
            && IsHeaderOf(records[skipped], records[(skipped + 1)..]) ? skipped : 0;
    }

    /// <summary>Number of title lines above the header that a spreadsheet has padded with delimiters.</summary>
    private static int PaddedPreamble(List<SampleRecord> records)
    {
        var skipped = records.FindIndex(record => record.Fields.Count(field => field.Length > 0) > 1);
        return skipped is > 0 and <= MaxPreamble && records[0].Fields.Count > 2 && records.Count - skipped > 2
            && IsHeaderOf(records[skipped], records[(skipped + 1)..]) ? skipped : 0;
    }

    /// <summary>Whether a row looks like names of columns: text above numbers.</summary>
    private static bool IsHeaderOf(SampleRecord header, List<SampleRecord> rows) =>
        header.Fields.All(field => field.Length > 0 && !IsNumeric(field))
        && Enumerable.Range(0, header.Fields.Count).Any(i => rows.All(row => row.Fields[i].Length == 0 || IsNumeric(row.Fields[i])));

    /// <summary>
    /// Whether the first field of each row is the row's name. Names are all different, and they are quoted, or texts, or numbers that count
    /// from 1. In rows of two fields, they must be quoted: otherwise the header probably belongs to one column, whose values contain the
    /// delimiter.
    /// </summary>
    private static bool AreRowNames(SampleRecord[] rows)
    {
        var names = rows.Select(row => row.Fields[0]).ToArray();
        if (names.Distinct().Count() < names.Length || (rows[0].Fields.Count == 2 && !rows.All(row => row.FirstIsQuoted)))
        {
            return false;
        }

        return rows.All(row => row.FirstIsQuoted)
            || names.Index().All(name => name.Item == (name.Index + 1).ToString(CultureInfo.InvariantCulture))
            || names.All(name => name.Length > 0 && !IsNumeric(name));
    }

    private static int MostFrequent(int[] counts) =>
        counts.GroupBy(count => count).OrderByDescending(group => group.Count()).ThenByDescending(group => group.Key).First().Key;
}
