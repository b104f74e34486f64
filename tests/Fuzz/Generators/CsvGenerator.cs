using System.Globalization;
using System.Text;

namespace Velodrome.Fuzz.Generators;

/// <summary>Makes tables of a few columns, most of them valid.</summary>
internal static class CsvGenerator
{
    private static readonly string[] Names = ["x", "y", "hours", "score", "a b", "ä", "\"q,r\"", "prediction", "low", "warnings", "id"];
    private static readonly string[] Cells =
        ["", "NA", "?", "true", "false", "Köln", "\"a,b\"", "\"a\"\"b\"", "\"line\nbreak\"", "2024-01-01", "😀", " 1 ",
            "\"$1,200\"", "\"1.234,5\"", "12%", "-", "None", "007", "12345678901234567890", "31/12/2024", "01/02/2024", "Yes", "1e400"];

    /// <param name="dice">Makes all choices.</param>
    /// <param name="columns">The header; null for any.</param>
    public static byte[] Make(Dice dice, IReadOnlyList<string>? columns = null)
    {
        var rate = dice.Pick([0, 0, 0.01, 0.1]);
        var names = columns
            ?? [.. Enumerable.Range(0, dice.Between(1, 5)).Select(column => column == 0 ? "x" : dice.Pick(Names)).Distinct(), "target"];
        var newLine = dice.Chance(0.2) ? "\r\n" : "\n";
        var csv = new StringBuilder(string.Join(',', names.Select(name => dice.Chance(rate) ? OddValues.AnyText(dice) : name)));
        csv.Append(newLine);
        for (var row = dice.Pick([0, 1, 2, 8, 20, 60]); row > 0; row--)
        {
            var cells = names.Select((_, column) => Cell(dice, rate, row, column)).ToList();
            if (dice.Chance(rate / 4))
            {
                cells.Add("extra");
            }

            csv.Append(string.Join(dice.Chance(rate / 8) ? ';' : ',', cells)).Append(newLine);
        }

        var bytes = Encoding.UTF8.GetBytes($"{csv}");
        return dice.Chance(0.15) ? ByteMutator.Mutate(bytes, dice) : bytes;
    }

    private static string Cell(Dice dice, double rate, int row, int column) =>
        dice.Chance(rate) ? dice.Below(3) switch
        {
            0 => dice.Pick(OddValues.Numbers),
            1 => OddValues.AnyText(dice),
            _ => dice.Pick(Cells),
        }
        : column == 2 ? (row % 3 == 0 ? "red" : "blue")
        : (row * (column + 1.5) + dice.Below(100) / 100.0).ToString(CultureInfo.InvariantCulture);
}
