using System.Globalization;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Training.Tables;

/// <summary>The type of a column's values.</summary>
public enum ColumnKind
{
    /// <summary>Numbers, standardised for the network.</summary>
    Number,

    /// <summary>Text with a limited number of different values (levels), one-hot encoded for the network.</summary>
    Category,

    /// <summary>True or false, stored as 1 and 0.</summary>
    Boolean,

    /// <summary>Dates and times, stored as seconds since 1970-01-01 in UTC and standardised for the network like numbers.</summary>
    Date,
}

/// <summary>A named column of a <see cref="Table"/>.</summary>
public abstract class Column(string name, ColumnKind kind)
{
    /// <summary>Unique in its table.</summary>
    public string Name { get; } = name;

    /// <summary>The type of its values.</summary>
    public ColumnKind Kind { get; } = kind;

    /// <summary>Number of rows, including those without a value.</summary>
    public abstract int Rows { get; }

    /// <summary>Memory of the values and texts.</summary>
    public abstract long Bytes { get; }

    /// <summary>Whether the cell is empty or contains a marker for a missing value.</summary>
    public abstract bool IsMissing(int row);

    /// <summary>A value that is not missing, as text: a level, a number in invariant form, a date as ISO 8601,
    /// <c>true</c> or <c>false</c>.</summary>
    public abstract string TextAt(int row);
}

/// <summary>A column of numbers, of dates as seconds, or of booleans as 1 and 0.</summary>
/// <param name="name">Unique in its table.</param>
/// <param name="values">One finite value per row, in the column's own unit; NaN where missing.</param>
/// <param name="kind">Any kind but <see cref="ColumnKind.Category"/>.</param>
public sealed class NumberColumn(string name, double[] values, ColumnKind kind = ColumnKind.Number) : Column(name, kind)
{
    /// <summary>Numbers of larger magnitude are refused, because networks compute in single precision.</summary>
    public const double Largest = 3e38;

    /// <summary>[Rows]: finite values in the column's own unit; NaN where missing.</summary>
    public double[] Values { get; } = values;

    public override int Rows => Values.Length;

    public override long Bytes => (long)sizeof(double) * Rows;

    public override bool IsMissing(int row) => double.IsNaN(Values[row]);

    public override string TextAt(int row) => TextOf(Values[row]);

    /// <summary>A value of this column as text; -0 is written as 0.</summary>
    public string TextOf(double value) => Kind switch
    {
        ColumnKind.Boolean => value == 0 ? "false" : "true",
        ColumnKind.Date => DateFormat.ToText(value),
        _ => (value + 0.0).ToString(CultureInfo.InvariantCulture),
    };
}

/// <summary>A column of text, stored as codes of its levels.</summary>
/// <param name="name">Unique in its table.</param>
/// <param name="codes">One per row: an index into <paramref name="levels"/>, <see cref="Missing"/>, or <see cref="MaxLevels"/>
/// for a level that is not among them.</param>
/// <param name="levels">The distinct strings in the order of their first row, at most <see cref="MaxLevels"/>.</param>
/// <param name="distinct">Number of distinct strings, including those beyond <see cref="MaxLevels"/>.</param>
public sealed class CategoryColumn(string name, int[] codes, string[] levels, int distinct) : Column(name, ColumnKind.Category)
{
    /// <summary>A reference, and a string without its characters.</summary>
    private const long BytesOfText = 32;

    /// <summary>The code of a missing cell.</summary>
    public const int Missing = -1;

    /// <summary>Largest number of levels stored with their text; a column with more is a label or a key rather than a category.</summary>
    public const int MaxLevels = 10_000;

    /// <summary>The text of all levels beyond <see cref="MaxLevels"/>.</summary>
    public const string FurtherLevels = "(further levels)";

    /// <summary>[Rows]: indices into <see cref="Levels"/>, <see cref="Missing"/>, or <see cref="MaxLevels"/>.</summary>
    public int[] Codes { get; } = codes;

    /// <summary>The distinct strings in the order of their first row, at most <see cref="MaxLevels"/>.</summary>
    public string[] Levels { get; } = levels;

    /// <summary>Number of distinct strings, including those beyond <see cref="MaxLevels"/>.</summary>
    public int Distinct { get; } = distinct;

    /// <summary>Creates a category column from strings; null marks a missing value.</summary>
    public static CategoryColumn FromTexts(string name, IReadOnlyList<string?> texts)
    {
        var levels = texts.OfType<string>().Distinct().ToArray();
        var codes = levels.Take(MaxLevels).Select((level, code) => (level, code)).ToDictionary(known => known.level, known => known.code);
        int[] codesByRow = [.. texts.Select(text => text is null ? Missing : codes.GetValueOrDefault(text, MaxLevels))];
        return new(name, codesByRow, [.. levels.Take(MaxLevels)], levels.Length);
    }

    public override int Rows => Codes.Length;

    public override long Bytes => (long)sizeof(int) * Rows + Levels.Sum(level => BytesOfText + (long)sizeof(char) * level.Length);

    public override bool IsMissing(int row) => Codes[row] == Missing;

    public override string TextAt(int row) => TextOf(Codes[row]);

    /// <summary>The level of a code as text, for all codes except <see cref="Missing"/>.</summary>
    public string TextOf(int code) => code < Levels.Length ? Levels[code] : FurtherLevels;
}
