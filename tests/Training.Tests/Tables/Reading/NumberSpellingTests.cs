using System.Globalization;
using Velodrome.Training.Tables;
using Velodrome.Training.Tables.Reading;
using Velodrome.Training.Tables.Reading.Detection;

namespace Velodrome.Training.Tests.Tables.Reading;

/// <summary>What the detector counts as a number, the reader reads, to the value that is written.</summary>
public class NumberSpellingTests
{
    private static readonly string[] Signs = ["", "", "", "-", "+", "−", "- ", "− "];
    private static readonly string[] Units = ["", "", "", "$", "€"];
    private static readonly string[] Missing = ["", "NA", "-", "inf", "Infinity", "∞", "#N/A"];

    private static readonly string[] Digits =
    [
        "0", "7", "12", "007", "1234", "1.5", "0.5", ".5", "5.", "1,5", "0,5", ",5", "5,", "1.234", "1,234", "1.234,5", "1,234.5",
        "1.234.567", "1,234,567", "1 234", "1 234,5", "1 234.5", "1\u00A0234", "1\u202F234", "1'234", "1’234.5", "1'234,5", "1e3", "1E-3",
        "1.5e3", "1,5e3", "0.1000000000000000055511151231257827021181583404541015625000000000000001",
    ];

    [Fact]
    public void Every_cell_that_counts_as_a_number_is_read_to_its_value()
    {
        var random = new System.Random(1);
        var numberColumns = 0;
        for (var i = 0; i < 4_000; i++)
        {
            var unit = Pick(random, Units);
            var spellings = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Spelling(random, unit)).ToList();
            var cells = Enumerable.Range(0, random.Next(1, 40))
                .Select(_ => random.Next(12) == 0 ? Pick(random, Missing) : spellings[random.Next(spellings.Count)]).ToList();

            numberColumns += IsReadAsDetected(cells) ? 1 : 0;
        }

        Assert.InRange(numberColumns, 1_000, 4_000);
    }

    private static bool IsReadAsDetected(List<string> cells)
    {
        var detector = new ColumnDetector("c", 0, false, new());
        foreach (var (row, cell) in cells.Index())
        {
            detector.Observe(System.Text.Encoding.UTF8.GetBytes(cell), row + 2);
        }

        var column = detector.Conclude(FileEvidence.Of([detector], Dialect.Default, new()));
        if (column is not { Reading.Kind: ColumnKind.Number, Question: null })
        {
            return false;
        }

        var reader = new CellReader(column.Reading, trims: true);
        var shown = string.Join("|", cells);
        var missing = 0;
        foreach (var cell in cells)
        {
            Assert.True(reader.TryRead(System.Text.Encoding.UTF8.GetBytes(cell), out var value), shown);
            missing += double.IsNaN(value) ? 1 : 0;
            if (!double.IsNaN(value))
            {
                Assert.True(Written(cell, column.Reading.Number ?? NumberFormat.Plain) == value, $"{cell} is read as {value} in {shown}");
            }
        }

        Assert.True(missing == column.Missing, $"{missing} cells are missing, {column.Missing} are said to be, in {shown}");
        return true;
    }

    /// <summary>The number that is written, worked out in another way than the reader does.</summary>
    private static double Written(string cell, NumberFormat format)
    {
        var text = string.Concat(cell.Where(character => char.IsAsciiDigit(character) || "eE-+−.,".Contains(character)));
        text = text.Replace('−', '-').Replace($"{(format.Decimal == '.' ? ',' : '.')}", "").Replace(format.Decimal, '.');
        return double.Parse(text, CultureInfo.InvariantCulture);
    }

    private static string Spelling(System.Random random, string unit)
    {
        var sign = Pick(random, Signs);
        var digits = Pick(random, Digits);
        return random.Next(4) switch
        {
            0 when unit != "" => $"{sign}{unit}{digits}",
            1 when unit != "" => $"{unit} {sign}{digits}",
            2 when unit != "" => $"{sign}{digits} {unit}",
            _ => sign + digits,
        };
    }

    private static T Pick<T>(System.Random random, T[] values) => values[random.Next(values.Length)];
}
