using System.Text.Json.Serialization;
using Velodrome.Training.Tables.Reading.Detection;

namespace Velodrome.Training.Tables.Reading;

/// <summary>How a file is to be read. What is left out is detected.</summary>
public sealed record ReadingOptions
{
    private static readonly Dictionary<string, char> DelimiterNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["comma"] = ',',
        ["semicolon"] = ';',
        ["tab"] = '\t',
        ["pipe"] = '|',
        ["spaces"] = Dialect.Spaces,
        ["\\t"] = '\t',
    };

    /// <summary>utf-8, utf-16le, utf-16be or windows-1252 (which contains Latin-1).</summary>
    public string? Encoding { get; init; }

    /// <summary>comma, semicolon, tab, pipe, spaces (any number of them), or another ASCII character that is no letter or digit.</summary>
    public string? Delimiter { get; init; }

    /// <summary>The character that encloses values: a double quote, a single quote, or another ASCII character.</summary>
    public string? Quote { get; init; }

    /// <summary>Whether the first row contains the names of the columns.</summary>
    public bool? Header { get; init; }

    /// <summary>Number of lines before the header, or before the first row, that are not part of the table.</summary>
    public int? SkipLines { get; init; }

    /// <summary>The character with which comment lines begin.</summary>
    public string? Comment { get; init; }

    /// <summary>The decimal mark of all numbers: a point or a comma.</summary>
    public string? Decimal { get; init; }

    /// <summary>What separates groups of three digits in all numbers: point, comma, space or apostrophe; an empty text for none.</summary>
    public string? Thousands { get; init; }

    /// <summary>Texts that mean a missing value, instead of the usual NA, N/A, NaN, null and ?. An empty cell is always missing.</summary>
    public IReadOnlyList<string>? Missing { get; init; }

    /// <summary>Options for single columns, by the columns' names.</summary>
    public IReadOnlyDictionary<string, ColumnOptions>? Columns { get; init; }

    internal char? DelimiterCharacter =>
        Delimiter is null ? null : DelimiterNames.TryGetValue(Delimiter, out var named) ? named : Delimiter[0];

    internal char? QuoteCharacter => Quote?[0];

    /// <summary>The encoding that <see cref="Encoding"/> names; null if it is left out.</summary>
    [JsonIgnore]
    public TextEncoding? EncodingOrNull => Encoding is null ? null : EncodingOf(Encoding);

    /// <summary>Whether <see cref="Encoding"/> can have this value.</summary>
    public static bool IsEncoding(string name) => EncodingOf(name) is not null;

    /// <summary>The name of the first option that is set and applies only to the text of a CSV; null if there is none.</summary>
    [JsonIgnore]
    public string? FirstDialectOption =>
        Encoding is not null ? "encoding"
        : Delimiter is not null ? "delimiter"
        : Quote is not null ? "quote"
        : Header is not null ? "header"
        : SkipLines is not null ? "skipLines"
        : Comment is not null ? "comment"
        : null;

    /// <summary>These options, with the kinds that a file declares for columns whose kind the caller has not set.</summary>
    /// <param name="declared">The declared kinds, by the names of the columns.</param>
    public ReadingOptions WithDeclaredKinds(IReadOnlyDictionary<string, ColumnOptions> declared)
    {
        if (declared.Count == 0)
        {
            return this;
        }

        var columns = new Dictionary<string, ColumnOptions>(declared);
        foreach (var (name, set) in Columns ?? new Dictionary<string, ColumnOptions>())
        {
            columns[name] = !declared.TryGetValue(name, out var own) ? set
                : set.SaysKind ? set with { Numbers = own.Numbers }
                : set with { Kind = own.Kind, Format = own.Format, IsDeclared = own.IsDeclared, Numbers = own.Numbers };
        }

        return this with { Columns = columns };
    }

    /// <summary>Refuses values that cannot be used.</summary>
    /// <exception cref="RefusedException"><c>unknownValue</c>, <c>wrongLength</c>, <c>outOfRange</c>, <c>notApplicable</c>, with the path
    /// of the option.</exception>
    public void Check()
    {
        if (Encoding is not null && EncodingOf(Encoding) is null)
        {
            throw Unknown("encoding", Encoding, "utf-8, utf-16le, utf-16be or windows-1252");
        }

        if (Delimiter is not null && !DelimiterNames.ContainsKey(Delimiter) && !IsMark(Delimiter))
        {
            throw Unknown("delimiter", Delimiter, "comma, semicolon, tab, pipe, spaces, or one ASCII character that is no letter or digit");
        }

        if (Quote is not null && (!IsMark(Quote) || Quote == " " || Quote == "\t"))
        {
            throw Unknown("quote", Quote, "one ASCII character that is no letter, digit, space or tab");
        }

        if (Comment is not null && (!IsMark(Comment) || Comment == " " || Comment == "\t"))
        {
            throw Unknown("comment", Comment, "one ASCII character that is no letter, digit, space or tab");
        }

        CheckDifferent(DelimiterCharacter, QuoteCharacter ?? '"', Comment?[0]);

        if (SkipLines is < 0 or > 10_000)
        {
            throw new RefusedException("outOfRange", "options.skipLines", $"skipLines is {SkipLines}. Send 0 to 10000.");
        }

        CheckMarks("", Decimal, Thousands);
        CheckTexts("missing", Missing);
        foreach (var (name, column) in Columns ?? new Dictionary<string, ColumnOptions>())
        {
            (column ?? throw new RefusedException("nullNotAllowed", $"options.columns.{name}",
                $"columns.{name} cannot be null. Send an object such as {{ \"kind\": \"number\" }}, or leave it out.")).Check(name);
        }
    }

    /// <summary>Refuses two of the three characters that are the same. The one that the caller has set is named.</summary>
    /// <param name="delimiter">That which is set or was found; null if it is not known yet.</param>
    /// <param name="quote">That which is set or was found.</param>
    /// <param name="comment">Null for none.</param>
    internal void CheckDifferent(char? delimiter, char quote, char? comment)
    {
        if (delimiter == quote)
        {
            throw Quote is null ? Same("delimiter", quote, "the quote", "delimiter") : Same("quote", quote, "the delimiter", "quote");
        }

        if (comment is { } mark && (mark == delimiter || mark == quote))
        {
            throw Same("comment", mark, mark == quote ? "the quote" : "the delimiter", "comment character");
        }

        static RefusedException Same(string option, char mark, string other, string noun) => new("unknownValue", $"options.{option}",
            $"{option} is \"{mark}\", and so is {other}{(other == "the delimiter" ? $" ({DialectDetector.NameOf(mark)})" : "")}. Send " +
            $"another {noun}, or set {other.AsSpan("the ".Length)} to another character.");
    }

    internal static void CheckMarks(string path, string? mark, string? thousands)
    {
        if (mark is not (null or "." or ","))
        {
            throw Unknown($"{path}decimal", mark, "\".\" or \",\"");
        }

        if (thousands is not (null or "" or "." or "," or " " or "'"))
        {
            throw Unknown($"{path}thousands", thousands, "\".\", \",\", \" \", \"'\" or an empty text");
        }

        if (thousands is { Length: 1 } && thousands == (mark ?? "."))
        {
            throw new RefusedException("notApplicable", $"options.{path}thousands",
                $"\"{thousands}\" separates groups of three digits and is the decimal mark too. Send two different marks.");
        }
    }

    internal static void CheckTexts(string path, IReadOnlyList<string>? texts)
    {
        if (texts?.Count > 100 || texts?.Any(text => text is null || text.Length > 100) == true)
        {
            throw new RefusedException("wrongLength", $"options.{path}",
                $"{path} has more than 100 texts, or one that is longer than 100 characters. Send fewer or shorter ones.");
        }
    }

    internal static RefusedException Unknown(string path, string? value, string allowed) => new("unknownValue", $"options.{path}",
        $"{path} is \"{(value?.Length > 50 ? value[..50] + "…" : value)}\". Send {allowed}.");

    internal static bool IsMark(ReadOnlySpan<char> text) =>
        text is [var c] && c is '\t' or (>= ' ' and < '\u007F') && !char.IsAsciiLetterOrDigit(c);

    private static TextEncoding? EncodingOf(string name) => name.ToLowerInvariant() switch
    {
        "utf-8" or "utf8" => TextEncoding.Utf8,
        "utf-16" or "utf-16le" or "utf16" => TextEncoding.Utf16LittleEndian,
        "utf-16be" => TextEncoding.Utf16BigEndian,
        "windows-1252" or "cp1252" or "latin1" or "latin-1" or "iso-8859-1" => TextEncoding.Windows1252,
        _ => null,
    };
}

/// <summary>How one column is to be read. What is left out is detected.</summary>
public sealed record ColumnOptions
{
    /// <summary>number, category, boolean or date.</summary>
    public ColumnKind? Kind { get; init; }

    /// <summary>
    /// How dates are written, as one of .NET's custom formats: d/M/yyyy, M/d/yyyy H:mm, yyyy-M-d. Or unix-s, unix-ms, unix-us,
    /// unix-ns for Unix times.
    /// </summary>
    public string? Format { get; init; }

    /// <summary>The decimal mark: a point or a comma.</summary>
    public string? Decimal { get; init; }

    /// <summary>What separates groups of three digits: point, comma, space or apostrophe; an empty text for none.</summary>
    public string? Thousands { get; init; }

    /// <summary>Texts that mean a missing value in this column, instead of the usual ones.</summary>
    public IReadOnlyList<string>? Missing { get; init; }

    /// <summary>Words for true, of a column of kind boolean.</summary>
    public IReadOnlyList<string>? True { get; init; }

    /// <summary>Words for false.</summary>
    public IReadOnlyList<string>? False { get; init; }

    /// <summary>Whether the column is left out of the dataset.</summary>
    public bool Drop { get; init; }

    /// <summary>Whether the file itself, and not the caller, declares the kind.</summary>
    [JsonIgnore]
    public bool IsDeclared { get; init; }

    /// <summary>Whether the file has numbers of its own in this column.</summary>
    [JsonIgnore]
    public NumberCells Numbers { get; init; }

    /// <summary>Whether the caller has decided the column's kind, or leaves the column out.</summary>
    internal bool SaysKind => Drop || Kind is not null || Format is not null || Decimal is not null || Thousands is not null;

    internal void Check(string name)
    {
        var path = $"columns.{name}.";
        ReadingOptions.CheckMarks(path, Decimal, Thousands);
        ReadingOptions.CheckTexts($"{path}missing", Missing);
        ReadingOptions.CheckTexts($"{path}true", True);
        ReadingOptions.CheckTexts($"{path}false", False);
        if (Format is not null && !DateFormat.IsValid(Format))
        {
            throw ReadingOptions.Unknown($"{path}format", Format,
                "one of .NET's custom date formats, such as d/M/yyyy, M/d/yyyy H:mm or yyyy-M-d, or unix-s, unix-ms, unix-us or unix-ns");
        }

        if (Format is not null && Kind is not (null or ColumnKind.Date))
        {
            throw NotApplicable($"{path}format", "format describes dates. Send \"kind\": \"date\" with it, or leave it out.");
        }

        if ((Decimal ?? Thousands) is not null && Kind is not (null or ColumnKind.Number))
        {
            throw NotApplicable($"{path}{(Decimal is null ? "thousands" : "decimal")}",
                "It describes numbers. Send \"kind\": \"number\" with it, or leave it out.");
        }

        if ((True is null) != (False is null) || (True is not null && Kind != ColumnKind.Boolean))
        {
            throw NotApplicable($"{path}{(True is null ? "false" : "true")}",
                "true and false list the words of a boolean column. Send both, with \"kind\": \"boolean\".");
        }
    }

    private static RefusedException NotApplicable(string path, string message) => new("notApplicable", $"options.{path}", message);
}

/// <summary>The cells of a column that are numbers, in a file whose format has texts and numbers, such as JSON.</summary>
public enum NumberCells
{
    /// <summary>Texts. The marks in them are detected, or set by the caller.</summary>
    Texts,

    /// <summary>Numbers of the format. They have a decimal point, whatever marks the caller sets for texts.</summary>
    Typed,

    /// <summary>Numbers with a decimal point, and also texts of digits with marks.</summary>
    Mixed,
}
