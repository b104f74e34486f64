using Velodrome.Training.Fitting;

namespace Velodrome.Training.Verdicts;

/// <summary>Describes a verdict in one sentence. The number after ± is what the change had to exceed.</summary>
internal static class VerdictText
{
    public static string Describe(VerdictCode code, StopReason? stop, Evidence evidence) => (stop is null ? "So far: " : "") + code switch
    {
        VerdictCode.Diverged =>
            $"A loss stopped being finite at epoch {evidence.DivergedAt ?? evidence.Epochs}: " +
            "the steps were too large, so use a smaller learning rate.",
        VerdictCode.StoppedTooEarly =>
            $"Validation loss was still falling when training ended, {RecentImprovement(evidence)}: {Remedy(stop)} would lower it further.",
        VerdictCode.NotLearning => NoGain(evidence) + ": there is no evidence that the network learnt anything that holds for new rows.",
        VerdictCode.Overfitting =>
            $"{Rise(evidence)}, by more than its noise{RiseNoise(evidence)}, while training loss kept falling: " +
            $"the network memorises its training rows{(stop is null ? "" : $"; the weights of epoch {evidence.BestEpoch} were kept")}.",
        VerdictCode.Inconclusive => Doubt(evidence),
        _ when evidence.StillFalling => $"Validation loss is still falling, {RecentImprovement(evidence)}.",
        _ => $"Validation loss fell to {Text(evidence.BestLoss)} at epoch {evidence.BestEpoch}{Gain(evidence)}, and {Since(evidence)}.",
    };

    private static string NoGain(Evidence evidence) =>
        $"The best validation loss, {Text(evidence.BestLoss)}, is " + (evidence.GainError is null
            ? $"no better than the baseline ({Text(evidence.BaselineLoss)})"
            : $"not below the baseline ({Text(evidence.BaselineLoss)}) by more than its noise{GainNoise(evidence)}");

    private static string Doubt(Evidence evidence) => evidence switch
    {
        { ValidationRows: < Verdict.MinRows } =>
            $"{Count(evidence.ValidationRows, "validation row")} can't tell learning from luck: " +
            $"use at least {Verdict.MinRows}, or better 30.",
        { Epochs: < Verdict.MinEpochs } =>
            $"{Count(evidence.Epochs, "epoch")} can't show a trend: train at least {Verdict.MinEpochs}.",
        { BeatsBaseline: false } =>
            $"The best validation loss, {Text(evidence.BestLoss)}, is lower than the baseline ({Text(evidence.BaselineLoss)}), " +
            $"but with {evidence.ValidationRows} validation rows this may be luck{GainNoise(evidence)}.",
        _ =>
            $"{Rise(evidence)} while training loss kept falling, " +
            $"but with {evidence.ValidationRows} validation rows this may be luck{RiseNoise(evidence)}.",
    };

    /// <summary>A rise without a fall of the training loss comes from unsteady steps, not from memorising.</summary>
    private static string Since(Evidence evidence) => evidence.Rise > Evidence.RiseStandardErrors * evidence.RiseError
        ? $"has since risen by {Text(evidence.Rise)}, " +
          (evidence.Rise > Evidence.MinRise * evidence.Scale ? "although training loss has not fallen further" : "which is little")
        : "has not risen beyond its noise since";

    private static string Rise(Evidence evidence) =>
        $"Validation loss rose from {Text(evidence.LowestLevel)} around epoch {evidence.LowestEpoch} " +
        $"to {Text(evidence.EndLevel)} at epoch {evidence.Epochs}";

    private static string RecentImprovement(Evidence evidence) =>
        $"by {Text(evidence.Improvement)}{Noise(Evidence.StandardErrors, evidence.ImprovementError)} " +
        $"over the last {evidence.RecentEpochs} epochs" +
        $"{(evidence.SmallerStepsFall > 0 ? $" besides {Text(evidence.SmallerStepsFall)} from smaller steps" : "")}, " +
        $"to {Text(evidence.LastLoss)}";

    private static string Gain(Evidence evidence) =>
        evidence.Gain is null ? "" : $", {Text(evidence.Gain)}{GainNoise(evidence)} below the baseline";

    private static string GainNoise(Evidence evidence) => Noise(Evidence.StandardErrors, evidence.GainError);

    private static string RiseNoise(Evidence evidence) => Noise(Evidence.RiseStandardErrors, evidence.RiseError);

    private static string Noise(double standardErrors, double? error) => error is null ? "" : $" (±{Text(standardErrors * error)})";

    private static string Remedy(StopReason? stop) => stop == StopReason.Patience ? "more patience" : "more epochs";

    private static string Count(int number, string noun) => number == 1 ? $"One {noun}" : $"{number} {noun}s";

    /// <summary>Three digits, with an exponent only for very large and very small numbers.</summary>
    private static string Text(double? value) => value switch
    {
        null => "?",
        0 => "0",
        { } number when Math.Abs(number) is >= 1e9 or < 1e-4 => number.ToString("0.##e+0"),
        { } number when Math.Abs(number) >= 1000 => double.Parse(number.ToString("G3")).ToString("#,0"),
        { } number => number.ToString("G3"),
    };
}
