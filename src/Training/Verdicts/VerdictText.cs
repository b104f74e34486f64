using Velodrome.Training.Fitting;

namespace Velodrome.Training.Verdicts;

/// <summary>Says a verdict to somebody who learns. What stands behind ± is what a change had to exceed.</summary>
internal static class VerdictText
{
    public static string Describe(VerdictCode code, StopReason? stop, Evidence evidence) => (stop is null ? "So far: " : "") + code switch
    {
        VerdictCode.Diverged => $"A loss stopped being finite at epoch {evidence.DivergedAt ?? evidence.Epochs}: the steps were too large, and a smaller learning rate helps.",
        VerdictCode.StoppedTooEarly => $"Validation loss was still falling when training ended, {LastFall(evidence)}: {Remedy(stop)} would bring it further down.",
        VerdictCode.NotLearning => $"Even the best epoch's validation loss, {Text(evidence.BestLoss)}, does not beat the {Text(evidence.BaselineLoss)} of always giving the same answer{(evidence.GainError is null ? "" : $" by more than its noise{GainNoise(evidence)}")}: nothing shows that what the network learnt holds for new rows.",
        VerdictCode.Overfitting => $"{Rise(evidence)}, by more than its noise{RiseNoise(evidence)}, while training loss kept falling: the network learns its training rows by heart{(stop is null ? "" : $"; the weights of epoch {evidence.BestEpoch} were kept")}.",
        VerdictCode.Inconclusive => Doubt(evidence),
        _ when evidence.StillFalling => $"Validation loss is still falling, {LastFall(evidence)}.",
        _ => $"Validation loss fell to {Text(evidence.BestLoss)} at epoch {evidence.BestEpoch}{Gain(evidence)}, and {Since(evidence)}.",
    };

    private static string Doubt(Evidence evidence) => evidence switch
    {
        { ValidationRows: < Verdict.MinRows } => $"{Count(evidence.ValidationRows, "validation row")} can't tell learning from luck: it takes at least {Verdict.MinRows}, and better 30.",
        { Epochs: < Verdict.MinEpochs } => $"{Count(evidence.Epochs, "epoch")} can't show where the losses are going: it takes at least {Verdict.MinEpochs}.",
        { BeatsBaseline: false } => $"The best epoch's validation loss, {Text(evidence.BestLoss)}, looks better than the {Text(evidence.BaselineLoss)} of always giving the same answer, but with {evidence.ValidationRows} validation rows that may be luck{GainNoise(evidence)}.",
        _ => $"{Rise(evidence)} while training loss kept falling, but the {evidence.ValidationRows} validation rows differ so much that this may be luck{RiseNoise(evidence)}.",
    };

    /// <summary>A rise without a fall of training loss is unsteady steps, and no learning by heart.</summary>
    private static string Since(Evidence evidence) =>
        evidence.Rise > Evidence.RiseStandardErrors * evidence.RiseError
            ? $"has risen by {Text(evidence.Rise)} since, {(evidence.Rise > Evidence.MinRise * evidence.Scale ? "though training loss has not fallen further" : "which is little")}"
            : "has not risen beyond its noise since";

    private static string Rise(Evidence evidence) =>
        $"Validation loss rose from {Text(evidence.LowestLevel)} around epoch {evidence.LowestEpoch} to {Text(evidence.EndLevel)} at epoch {evidence.Epochs}";

    private static string LastFall(Evidence evidence) =>
        $"by {Text(evidence.Improvement)} (±{Text(Evidence.StandardErrors * evidence.ImprovementError)}) over the last {evidence.RecentEpochs} epochs, to {Text(evidence.LastLoss)}";

    private static string Gain(Evidence evidence) =>
        evidence.Gain is null ? "" : $", {Text(evidence.Gain)}{GainNoise(evidence)} below that of always giving the same answer";

    private static string GainNoise(Evidence evidence) => evidence.GainError is { } error ? $" (±{Text(Evidence.StandardErrors * error)})" : "";

    private static string RiseNoise(Evidence evidence) => evidence.RiseError is { } error ? $" (±{Text(Evidence.RiseStandardErrors * error)})" : "";

    private static string Remedy(StopReason? stop) => stop == StopReason.Patience ? "more patience" : "more epochs";

    private static string Count(int number, string thing) => number == 1 ? $"One {thing}" : $"{number} {thing}s";

    /// <summary>Three digits, and no exponent where people would not write one.</summary>
    private static string Text(double? value) => value switch
    {
        null => "?",
        0 => "0",
        { } number when Math.Abs(number) is >= 1e9 or < 1e-4 => number.ToString("0.##e+0"),
        { } number when Math.Abs(number) >= 1000 => double.Parse(number.ToString("G3")).ToString("#,0"),
        { } number => number.ToString("G3"),
    };
}
