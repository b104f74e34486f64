namespace Velodrome.Bench.Quality;

/// <summary>Mean scores of two learners over the splits of a table.</summary>
internal sealed record TableComparison(string Table, bool PredictsClasses, int Rows, Score Ours, Score Peer)
{
    /// <summary>Added to shares of wrong classes before they are divided: on some tables a learner has none.</summary>
    private const double AddedToErrors = 0.01;

    /// <summary>Log losses below it count as equal in a ratio: both are as good as certain of every row.</summary>
    private const double SmallestLogLoss = 0.001;

    /// <summary>Our error relative to the peer's.</summary>
    public double ErrorRatio => PredictsClasses ? (Ours.Error + AddedToErrors) / (Peer.Error + AddedToErrors) : Ours.Error / Peer.Error;

    /// <summary>Our log loss relative to the peer's; null for numbers.</summary>
    public double? LogLossRatio => Math.Max(SmallestLogLoss, Ours.LogLoss ?? double.NaN)
        / Math.Max(SmallestLogLoss, Peer.LogLoss ?? double.NaN) is var ratio && double.IsNaN(ratio) ? null : ratio;

    public double TimeRatio => Ours.Seconds / Peer.Seconds;

    /// <summary>Compares two learners on the tables on which neither failed, in the order of the trials.</summary>
    public static IReadOnlyList<TableComparison> Of(IReadOnlyList<Trial> trials, string ours, string peer) =>
    [
        .. trials.GroupBy(trial => trial.Table)
            .Where(table => table.All(trial => trial.Score is not null || (trial.Learner != ours && trial.Learner != peer)))
            .Select(table => new TableComparison(
                table.Key, table.First().PredictsClasses, table.First().Rows, MeanOf(table, ours), MeanOf(table, peer))),
    ];

    private static Score MeanOf(IEnumerable<Trial> trials, string learner) =>
        Score.Mean([.. trials.Where(trial => trial.Learner == learner).Select(trial => trial.Score!)]);
}
