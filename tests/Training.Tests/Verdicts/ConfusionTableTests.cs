using System.Runtime.CompilerServices;
using Velodrome.Training.Verdicts;

namespace Velodrome.Training.Tests.Verdicts;

/// <summary>How often verdicts are right: docs/verdicts.md prints these tables and says what the kinds mean. The thresholds were
/// chosen on seeds 1 to 9; this seed was drawn when they stood.</summary>
public sealed class ConfusionTableTests
{
    private const int Seed = 20261123;
    private const int Runs = 1000;
    private const int FaintRuns = 200;

    private static readonly VerdictCode[] Kinds = Enum.GetValues<VerdictCode>();

    private static readonly Lazy<int[][]> Table = new(() => [.. Kinds.Select(kind => Count(Runs, index => SyntheticRun.Draw(kind, Seed, index)))]);

    [Fact]
    public void At_most_five_percent_of_verdicts_are_wrong_and_of_no_kind_more_than_ten()
    {
        var wrong = Kinds.Select(kind => Runs - Table.Value[(int)kind][(int)kind]).ToArray();
        Assert.InRange(wrong.Average(), 0, 0.05 * Runs);
        Assert.All(wrong, of => Assert.InRange(of, 0, 0.1 * Runs));
    }

    [Fact]
    public void At_most_one_percent_of_healthy_curves_are_called_overfitting() =>
        Assert.InRange(Table.Value[(int)VerdictCode.Healthy][(int)VerdictCode.Overfitting], 0, Runs / 100);

    [Fact]
    public void The_documentation_prints_these_tables()
    {
        string[] tables =
        [
            .. Kinds.Select(kind => Line(kind.ToString(), Table.Value[(int)kind])),
            .. Enumerable.Range(0, 4).Select(errors => Line($"{errors} to {errors + 1} standard errors",
                Count(FaintRuns, index => SyntheticRun.Draw(VerdictCode.Overfitting, Seed, index, errors, errors + 1)))),
        ];
        var printed = File.ReadAllLines(Path.Combine(Root(), "docs", "verdicts.md"));
        Assert.True(tables.All(printed.Contains), $"docs/verdicts.md should print:\n{string.Join('\n', tables)}");
        Assert.Contains(printed, line => line.StartsWith($"{Kinds.Sum(kind => Runs - Table.Value[(int)kind][(int)kind])} of 6,000 are wrong", StringComparison.Ordinal));
    }

    private static int[] Count(int runs, Func<int, SyntheticRun> draw)
    {
        var codes = new VerdictCode[runs];
        Parallel.For(0, runs, index => codes[index] = Verdict.Judge(draw(index).Curves).Code);
        return [.. Kinds.Select(kind => codes.Count(code => code == kind))];
    }

    private static string Line(string name, int[] counts) => $"| {char.ToLowerInvariant(name[0])}{name[1..]} | {string.Join(" | ", counts)} |";

    private static string Root([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../../.."));
}
