using System.Globalization;

namespace Velodrome.Bench.Quality;

/// <summary>Writes the comparison of networks with boosted trees as Markdown.</summary>
internal static class QualityReport
{
    private const double MuchWorse = 1.2;

    /// <param name="trials">All trainings.</param>
    /// <param name="learners">Names of the learners; the first is compared with each of the others.</param>
    /// <param name="subject">Sentences: which tables, how many splits, and what differs from the defaults.</param>
    public static string Write(IReadOnlyList<Trial> trials, IReadOnlyList<string> learners, string subject) => $"""
        ## Quality of the default training

        {subject}

        A fifth of the rows is for test (of each class a fifth). Trees train on all others. Velodrome sets a fifth of these aside for
        validation, and trains on the rest. Each learner uses its defaults and one thread. Seconds are processor time.

        Errors of numbers are root mean squared errors relative to the standard deviation of the test rows. Errors of classes are shares of
        wrong ones. Ratios are of means over the splits; below 1, Velodrome is better. In ratios, errors of classes are 0.01 larger, so
        that none is 0, and log losses below 0.001 count as 0.001.

        {string.Join('\n', learners.Skip(1).Select(peer => Compare(TableComparison.Of(trials, learners[0], peer), learners[0], peer)))}
        {DescribeFailures(trials)}
        """;

    private static string Compare(IReadOnlyList<TableComparison> tables, string ours, string peer)
    {
        var (numbers, classes) = (tables.Where(table => !table.PredictsClasses), tables.Where(table => table.PredictsClasses));
        return $"""
            ### {ours} and {peer}

            {Report.Table(["measure", "tables", "geometric mean of ratios", "median ratio", "tables on which Velodrome is better"],
            [
                .. Summarise("error of numbers", [.. numbers.Select(table => table.ErrorRatio)]),
                .. Summarise("error of classes", [.. classes.Select(table => table.ErrorRatio)]),
                .. Summarise("log loss of classes", [.. classes.Select(table => table.LogLossRatio!.Value)]),
            ])}
            - {Worse("error", tables.Select(table => (table.Table, table.ErrorRatio)))}
            - {Worse("log loss", classes.Select(table => (table.Table, table.LogLossRatio!.Value)))}
            - {Time(peer, [.. tables.Select(table => table.TimeRatio)])}

            {Report.Table(
                [
                    "table", "rows", "predicts", $"error, {ours}", peer, "ratio", $"log loss, {ours}", peer, "ratio",
                    $"seconds, {ours}", peer,
                ],
                tables.Select(Row))}
            """;
    }

    private static IEnumerable<string[]> Summarise(string measure, double[] ratios) => ratios.Length == 0 ? [] :
    [
        [
            measure, $"{ratios.Length}", Figure(Math.Exp(ratios.Average(Math.Log))), Figure(ratios.Median()),
            $"{ratios.Count(ratio => ratio < 1)}",
        ],
    ];

    private static string Worse(string measure, IEnumerable<(string Table, double Ratio)> ratios)
    {
        var worse = ratios.Where(table => table.Ratio > MuchWorse).OrderByDescending(table => table.Ratio)
            .Select(table => string.Create(CultureInfo.InvariantCulture, $"{table.Table} (+{100 * (table.Ratio - 1):0}%)"));
        return $"Worse by more than 20% in {measure}: {string.Join(", ", worse.DefaultIfEmpty("none"))}.";
    }

    private static string[] Row(TableComparison table) =>
    [
        table.Table, $"{table.Rows:N0}", table.PredictsClasses ? "classes" : "numbers",
        Figure(table.Ours.Error), Figure(table.Peer.Error), Figure(table.ErrorRatio),
        Figure(table.Ours.LogLoss), Figure(table.Peer.LogLoss), Figure(table.LogLossRatio),
        Report.Number(table.Ours.Seconds), Report.Number(table.Peer.Seconds),
    ];

    private static string DescribeFailures(IReadOnlyList<Trial> trials) => string.Concat(
        trials.Where(trial => trial.Failure is not null).Select(trial => $"\n{trial.Learner} failed on {trial.Table}: {trial.Failure}\n"));

    private static string Time(string peer, double[] ratios) =>
        $"Velodrome's time relative to that of {peer}: {(ratios.Length == 0 ? "none" : Report.Number(ratios.Median()))} (median).";

    private static string Figure(double? value) => value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "";
}
