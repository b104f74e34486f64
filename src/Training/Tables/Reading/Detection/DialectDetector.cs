namespace Velodrome.Training.Tables.Reading.Detection;

/// <summary>The dialect of a file, with the reasons for it.</summary>
/// <param name="Dialect">How the text divides into rows and fields.</param>
/// <param name="Encoding">The file's encoding.</param>
/// <param name="Delimiter">What separates the fields.</param>
/// <param name="Header">Whether the first row has the names of the columns.</param>
/// <param name="Notes">What differs from a CSV with commas and a header in the first line.</param>
public sealed record DetectedDialect(
    Dialect Dialect, Detected<TextEncoding> Encoding, Detected<string> Delimiter, Detected<bool> Header, IReadOnlyList<ReadingNote> Notes);

/// <summary>Determines the dialect of a file from its beginning.</summary>
public static class DialectDetector
{
    /// <summary>Length of the beginning, in bytes.</summary>
    public const int SampleBytes = 256 << 10;

    private const string SeparatorHint = "sep=";

    /// <summary>Number of fields from which rows of words are taken for a table that spaces divide.</summary>
    private const int FieldsOfTexts = 3;

    private static readonly char[] OtherDelimiters = [';', '\t', '|'];

    /// <param name="sample">The beginning of the file as text.</param>
    /// <param name="isComplete">Whether the sample is the whole file.</param>
    /// <param name="encoding">The file's encoding.</param>
    /// <param name="options">What the caller has set.</param>
    /// <exception cref="RefusedException"><c>unknownValue</c>: the quote or the comment character is the delimiter that was found.
    /// </exception>
    public static DetectedDialect Detect(string sample, bool isComplete, Detected<TextEncoding> encoding, ReadingOptions options)
    {
        var notes = new List<ReadingNote>();
        var start = new Dialect
        {
            Encoding = encoding.Value,
            Quote = options.QuoteCharacter ?? '"',
            SkippedLines = options.SkipLines ?? 0,
            Comment = options.Comment is { } comment ? comment[0] : null,
        };
        var (layout, delimiter) = ChooseDelimiter(sample, isComplete, start, options);
        if (options.Comment is null && layout.Dialect is { Delimiter: not '#', Quote: not '#' }
            && CommentedLayout(sample, isComplete, layout, options) is { } commented)
        {
            (layout, delimiter) = commented;
            notes.Add(new("commentsSkipped", null, "Lines that begin with \"#\" are comments and are not read as rows."));
        }

        if (options.Quote is null && SingleQuotedLayout(sample, isComplete, layout) is { } singleQuoted)
        {
            layout = singleQuoted;
            notes.Add(new("singleQuotes", null, "Values are enclosed in single quotes, which are not part of them."));
        }

        if (options.SkipLines is null && layout.Dialect.SkippedLines > 0)
        {
            var lines = layout.Dialect.SkippedLines;
            notes.Add(new("linesSkipped", null,
                $"{(lines == 1 ? "The first line is" : $"The first {lines} lines are")} not part of the table and " +
                $"{(lines == 1 ? "is" : "are")} left out. Send the option \"skipLines\": 0 to read them as rows.", lines));
        }

        options.CheckDifferent(layout.Dialect.Delimiter, layout.Dialect.Quote, layout.Dialect.Comment);
        if (delimiter.Certainty == Certainty.Guess && layout is { IsConsistent: true, Fields: 1 })
        {
            notes.Add(new("delimiterGuessed", null,
                $"The table is read as one column. {delimiter.Reason} Send the option \"delimiter\": \"spaces\" to divide it."));
        }

        var header = HeaderDetector.Detect(layout, options);
        var dialect = layout.Dialect with { HasHeader = header.Value };
        AddNotes(notes, dialect, encoding, delimiter, header);
        return new(dialect, encoding, delimiter, header, notes);
    }

    private static (Layout Layout, Detected<string> Delimiter) ChooseDelimiter(
        string sample, bool isComplete, Dialect start, ReadingOptions options)
    {
        if (options.DelimiterCharacter is { } given)
        {
            return (Evaluate(given), new(NameOf(given), Certainty.Given, "The request says so."));
        }

        var firstLine = sample.AsSpan(0, sample.IndexOf('\n') is >= 0 and var end ? end : sample.Length).Trim("\uFEFF\r\" ");
        if (firstLine is ['s' or 'S', 'e' or 'E', 'p' or 'P', '=', var hinted] && options.SkipLines is null
            && ReadingOptions.IsMark([hinted]) && hinted != start.Quote && hinted != start.Comment)
        {
            start = start with { SkippedLines = 1 };
            return (Evaluate(hinted), new(NameOf(hinted), Certainty.Certain, $"The first line says {SeparatorHint}{hinted}."));
        }

        var commas = Evaluate(',');
        if (commas.IsTable && !firstLine.ContainsAny(OtherDelimiters))
        {
            return (commas, new("comma", Certainty.Certain, $"Every row has {commas.Fields} fields with commas."));
        }

        var others = OtherDelimiters.Select(Evaluate).Where(layout => layout.IsTable).OrderByDescending(layout => layout.Fields).ToList();
        if (others is [var best, ..] && (!commas.IsTable || best.NumericShare > commas.NumericShare + 0.2))
        {
            return (best, new(
                NameOf(best.Dialect.Delimiter), commas.IsTable ? Certainty.Likely : Certainty.Certain,
                $"Every row has {best.Fields} fields with {NameOf(best.Dialect.Delimiter)} as delimiter" +
                (commas.IsTable ? ", and more of them are numbers than with commas." : "; with commas, the rows differ.")));
        }

        if (commas.IsTable)
        {
            return (commas, new("comma", Certainty.Certain, $"Every row has {commas.Fields} fields with commas."));
        }

        if (commas is { IsConsistent: false, Records: [{ Fields.Count: 1 }, ..] }
            && Evaluate(';') is { IsConsistent: true, NumericShare: 1 } oneColumn)
        {
            return (oneColumn, new("semicolon", Certainty.Likely, "The file has one column, of numbers with a decimal comma."));
        }

        var spaces = Evaluate(Dialect.Spaces);
        return NearlyTable(sample, isComplete, start, commas) ?? Spaces(spaces, commas) ?? (commas,
            !commas.IsConsistent ? new("comma", Certainty.Guess, "No delimiter gives every row as many fields.")
            : spaces is { IsTable: true, Records.Count: > 2 } ? new("comma", Certainty.Guess,
                $"No delimiter divides the rows, but spaces would divide each of them into {spaces.Fields} fields.")
            : new("comma", Certainty.Certain, "No delimiter divides the rows: the table has one column."));

        Layout Evaluate(char delimiter) => Layout.Of(sample, isComplete, start with { Delimiter = delimiter });
    }

    /// <summary>
    /// A delimiter that divides the header, and at least 80% of the rows into as many fields. The other rows are mistakes, which are
    /// reported when they are read.
    /// </summary>
    private static (Layout, Detected<string>)? NearlyTable(string sample, bool isComplete, Dialect start, Layout commas)
    {
        if (commas.Records is [{ Fields.Count: > 1 }, ..])
        {
            return null;
        }

        foreach (var delimiter in OtherDelimiters)
        {
            var layout = Layout.Of(sample, isComplete, start with { Delimiter = delimiter });
            if (layout.Records is [{ Fields.Count: > 1 and var fields }, ..]
                && layout.Records.Count(record => record.Fields.Count == fields) >= 0.8 * layout.Records.Count)
            {
                return (layout, new(NameOf(delimiter), Certainty.Likely, $"The header has {fields} fields with {NameOf(delimiter)}."));
            }
        }

        return null;
    }

    /// <summary>Spaces, if they divide every row into as many fields. Names of two words are no table, so half of the fields must
    /// be numbers, or there must be at least <see cref="FieldsOfTexts"/> fields and nothing else that divides the rows.</summary>
    private static (Layout, Detected<string>)? Spaces(Layout spaces, Layout commas) =>
        spaces is { IsTable: true, Records.Count: > 2 }
        && (spaces.NumericShare >= 0.5 || (spaces.Fields >= FieldsOfTexts && commas is { IsConsistent: true, Fields: 1 }))
            ? (spaces, new("spaces", Certainty.Likely, $"Every row has {spaces.Fields} fields that are separated by spaces."))
            : null;

    /// <summary>The layout without lines that begin with #, if these lines are not rows; null otherwise.</summary>
    private static (Layout, Detected<string>)? CommentedLayout(string sample, bool isComplete, Layout layout, ReadingOptions options)
    {
        var startsWithComment = sample.AsSpan().TrimStart("\uFEFF\r\n ").StartsWith("#");
        var marked = (startsWithComment ? 1 : 0) + sample.AsSpan().Count("\n#");
        if (marked == 0 || (layout is { IsTable: true, Dialect.SkippedLines: 0 }))
        {
            return null; // one field among others: "#id" may be the name of a column
        }

        var (commented, delimiter) = ChooseDelimiter(
            sample, isComplete, new Dialect
            {
                Encoding = layout.Dialect.Encoding,
                Quote = layout.Dialect.Quote,
                SkippedLines = options.SkipLines ?? 0,
                Comment = '#',
            }, options);
        return commented.IsTable || (commented is { IsConsistent: true, Records.Count: > 1 } && marked > 1) ? (commented, delimiter) : null;
    }

    private static Layout? SingleQuotedLayout(string sample, bool isComplete, Layout layout)
    {
        if (layout.IsConsistent || layout.Dialect is { Delimiter: '\'' } or { Comment: '\'' }
            || !sample.Contains('\'') || sample.Contains('"'))
        {
            return null;
        }

        var singleQuoted = Layout.Of(sample, isComplete, layout.Dialect with { Quote = '\'' });
        return singleQuoted.IsTable ? singleQuoted : null;
    }

    private static void AddNotes(
        List<ReadingNote> notes, Dialect dialect, Detected<TextEncoding> encoding, Detected<string> delimiter, Detected<bool> header)
    {
        if (encoding is { Value: not TextEncoding.Utf8, Certainty: not Certainty.Given })
        {
            notes.Add(new("otherEncoding", null, $"The file is read as {CodePages.NameOf(encoding.Value)}. {encoding.Reason}"));
        }

        if (delimiter is { Value: not "comma", Certainty: not Certainty.Given })
        {
            notes.Add(new("otherDelimiter", null, $"The delimiter is {delimiter.Value}. {delimiter.Reason}"));
        }

        if (header is { Value: false, Certainty: not Certainty.Given })
        {
            notes.Add(new("noHeader", null,
                $"The file has no header: {header.Reason} The columns are named column1, column2 and so on. Send the option " +
                "\"header\": true if the first row has the names."));
        }

        if (header is { Value: true, Certainty: Certainty.Guess })
        {
            notes.Add(new("headerGuessed", null,
                $"The first row is read as the names of the columns: {header.Reason} Send the option \"header\": false if they are."));
        }

        if (dialect.HasTrailingDelimiter)
        {
            notes.Add(new("trailingDelimiter", null, "Every row ends with a delimiter that the header lacks. It adds no column."));
        }
    }

    /// <summary>The name of a delimiter, as <see cref="ReadingOptions.Delimiter"/> takes it.</summary>
    public static string NameOf(char delimiter) => delimiter switch
    {
        ',' => "comma",
        ';' => "semicolon",
        '\t' => "tab",
        '|' => "pipe",
        Dialect.Spaces => "spaces",
        var other => other.ToString(),
    };
}
