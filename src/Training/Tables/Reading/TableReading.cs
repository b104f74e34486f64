namespace Velodrome.Training.Tables.Reading;

/// <summary>
/// How a file is read. It is decided once, when the file is uploaded, and stored with the dataset. Training and predictions read cells by
/// it.
/// </summary>
/// <param name="Dialect">How the text divides into rows and fields.</param>
/// <param name="Columns">The columns of the dataset, in the order of the file. Fields of the file that are left out are not among
/// them.</param>
public sealed record TableReading(Dialect Dialect, IReadOnlyList<ColumnReading> Columns)
{
    /// <summary>The reading of datasets that were stored without one: every field is a column, and no other formats are detected.</summary>
    public static TableReading WithoutDetection(IEnumerable<(string Name, ColumnKind Kind)> columns) => new(
        Dialect.WithoutDetection, [.. columns.Select((column, field) => new ColumnReading(column.Name, field, column.Kind))]);

    /// <summary>The column of this name, or null.</summary>
    public ColumnReading? Find(string name) => Columns.FirstOrDefault(column => column.Name == name);
}

/// <summary>How the bytes of a file divide into rows and fields.</summary>
public sealed record Dialect
{
    /// <summary>The <see cref="Delimiter"/> of fields that are separated by any number of spaces or tabs.</summary>
    public const char Spaces = ' ';

    /// <summary>The dialect of a CSV that was converted from another format, and the default of every property.</summary>
    public static Dialect Default { get; } = new();

    /// <summary>The dialect of datasets that were stored without a reading.</summary>
    public static Dialect WithoutDetection { get; } = new() { TrimsQuoted = false, KeepsBlankLines = false };

    /// <summary>How bytes become characters.</summary>
    public TextEncoding Encoding { get; init; }

    /// <summary>Separates the fields of a row.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary>Encloses a field that contains a delimiter, a line break or a quote.</summary>
    public char Quote { get; init; } = '"';

    /// <summary>Lines that begin with this character are not rows; null for none.</summary>
    public char? Comment { get; init; }

    /// <summary>Number of lines before the header, or before the first row if there is no header.</summary>
    public int SkippedLines { get; init; }

    /// <summary>Whether the first row contains the names of the columns.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>Whether the header has no name for the first field of the rows, as R writes it.</summary>
    public bool HasRowNames { get; init; }

    /// <summary>Whether rows end with a delimiter that the header lacks.</summary>
    public bool HasTrailingDelimiter { get; init; }

    /// <summary>Whether spaces at both ends of a quoted value are removed, as they always are around a value without quotes.</summary>
    public bool TrimsQuoted { get; init; } = true;

    /// <summary>Whether a blank line in a file of one column is a row with a missing value. Blank lines at the end never are.</summary>
    public bool KeepsBlankLines { get; init; } = true;
}

/// <summary>An encoding of text.</summary>
public enum TextEncoding
{
    /// <summary>UTF-8, with or without a byte order mark.</summary>
    Utf8,

    /// <summary>UTF-16 as Windows programs write it.</summary>
    Utf16LittleEndian,

    /// <summary>UTF-16 with the high byte first.</summary>
    Utf16BigEndian,

    /// <summary>The encoding in which Excel writes a CSV in Western Europe and America. It contains the characters of Latin-1.</summary>
    Windows1252,
}
