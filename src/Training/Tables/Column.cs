namespace Velodrome.Training.Tables;

/// <summary>What the values of a column are.</summary>
public enum ColumnKind
{
    /// <summary>Numbers, standardised for the network.</summary>
    Number,

    /// <summary>Texts of a limited number of levels, one-hot for the network.</summary>
    Category,

    /// <summary>True or false, held as 1 and 0.</summary>
    Boolean,
}

/// <summary>A named column of a <see cref="Table"/>.</summary>
public abstract class Column(string name, ColumnKind kind)
{
    public string Name { get; } = name;

    public ColumnKind Kind { get; } = kind;

    public abstract int Rows { get; }

    /// <summary>Whether the cell is empty or one of the markers for missing.</summary>
    public abstract bool IsMissing(int row);
}

/// <summary>Numbers, or booleans as 1 and 0.</summary>
/// <param name="name">Unique in its table.</param>
/// <param name="values">One finite value per row, in the column's own units; NaN where missing.</param>
/// <param name="kind"><see cref="ColumnKind.Number"/> or <see cref="ColumnKind.Boolean"/>.</param>
public sealed class NumberColumn(string name, double[] values, ColumnKind kind = ColumnKind.Number) : Column(name, kind)
{
    /// <summary>Numbers beyond this magnitude are refused: the network computes in single precision.</summary>
    public const double Largest = 3e38;

    public double[] Values { get; } = values;

    public override int Rows => Values.Length;

    public override bool IsMissing(int row) => double.IsNaN(Values[row]);
}

/// <summary>Texts, held as codes into their levels.</summary>
/// <param name="name">Unique in its table.</param>
/// <param name="codes">One per row: an index into <paramref name="levels"/>, <see cref="Missing"/>, or <see cref="MaxLevels"/>
/// for a level that came after the table was full of others.</param>
/// <param name="levels">Different texts in the order of their first appearance, at most <see cref="MaxLevels"/>.</param>
/// <param name="distinct">Number of different texts, those beyond <see cref="MaxLevels"/> included.</param>
public sealed class CategoryColumn(string name, int[] codes, string[] levels, int distinct) : Column(name, ColumnKind.Category)
{
    /// <summary>The code of a missing cell.</summary>
    public const int Missing = -1;

    /// <summary>So many levels keep their text; a column with more is no category but a label or a key.</summary>
    public const int MaxLevels = 10_000;

    public int[] Codes { get; } = codes;

    public string[] Levels { get; } = levels;

    public int Distinct { get; } = distinct;

    /// <summary>A column of texts; null where missing.</summary>
    public static CategoryColumn FromTexts(string name, IReadOnlyList<string?> texts)
    {
        var levels = texts.OfType<string>().Distinct().ToArray();
        var codes = levels.Take(MaxLevels).Select((level, code) => (level, code)).ToDictionary(known => known.level, known => known.code);
        return new(name, [.. texts.Select(text => text is null ? Missing : codes.GetValueOrDefault(text, MaxLevels))], [.. levels.Take(MaxLevels)], levels.Length);
    }

    public override int Rows => Codes.Length;

    public override bool IsMissing(int row) => Codes[row] == Missing;
}
