using System.Runtime.CompilerServices;
using Velodrome.Training.Verdicts;

namespace Velodrome.Training.Tests.Verdicts;

/// <summary>Measures how often verdicts are right. docs/verdicts.md prints these tables and defines the labels. The thresholds were
/// chosen on seeds 1 to 9, and this seed was drawn afterwards.</summary>
public sealed class ConfusionTableTests
{
    private const int Seed = 20261123;
    private const int Runs = 1000;
    private const int SmallRiseRuns = 200;

    private static readonly VerdictCode[] Labels = Enum.GetValues<VerdictCode>();

    private static readonly Lazy<int[][]> Table = new(
        () => [.. Labels.Select(label => Count(Runs, index => SyntheticRun.Draw(label, Seed, index)))]);

    [Fact]
    public void At_most_5_percent_of_verdicts_are_wrong_and_at_most_10_percent_of_any_label()
    {
        var wrong = Labels.Select(Wrong).ToArray();
        Assert.InRange(wrong.Average(), 0, 0.05 * Runs);
        Assert.All(wrong, count => Assert.InRange(count, 0, 0.1 * Runs));
    }

    [Fact]
    public void At_most_1_percent_of_healthy_curves_are_called_overfitting() =>
        Assert.InRange(Table.Value[(int)VerdictCode.Healthy][(int)VerdictCode.Overfitting], 0, Runs / 100);

    [Fact]
    public void The_documentation_prints_these_tables()
    {
        string[] tables =
        [
            .. Labels.Select(label => Line(label.ToString(), Table.Value[(int)label])),
            .. Enumerable.Range(0, 4).Select(errors => Line($"{errors} to {errors + 1} standard errors",
                Count(SmallRiseRuns, index => SyntheticRun.Draw(VerdictCode.Overfitting, Seed, index, errors, errors + 1)))),
        ];
        var printed = File.ReadAllLines(Path.Combine(Root(), "docs", "verdicts.md"));
        Assert.True(tables.All(printed.Contains), $"docs/verdicts.md should print:\n{string.Join('\n', tables)}");
        Assert.Contains(printed, line => line.StartsWith($"{Labels.Sum(Wrong)} of 6,000 are wrong", StringComparison.Ordinal));
    }

    private static int Wrong(VerdictCode label) => Runs - Table.Value[(int)label][(int)label];

    private static int[] Count(int runs, Func<int, SyntheticRun> draw)
    {
        var codes = new VerdictCode[runs];
        Parallel.For(0, runs, index => codes[index] = Verdict.Judge(draw(index).Curves).Code);
        return [.. Labels.Select(label => codes.Count(code => code == label))];
    }

    private static string Line(string name, int[] counts) =>
        $"| {char.ToLowerInvariant(name[0])}{name[1..]} | {string.Join(" | ", counts)} |";

    private static string Root([CallerFilePath] string path = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../../.."));
}
