using Velodrome.Training.Fitting;

namespace Velodrome.Training.Verdicts;

/// <summary>Judges whether a network learnt, from its curves alone. docs/verdicts.md explains the thresholds, and measures how often
/// verdicts are right.</summary>
/// <param name="Code">The verdict.</param>
/// <param name="Provisional">Whether the run is still training, so that the verdict may change.</param>
/// <param name="Sentence">The verdict in one sentence, with the numbers that decided it.</param>
/// <param name="Evidence">The numbers that it is based on.</param>
public sealed record Verdict(VerdictCode Code, bool Provisional, string Sentence, Evidence Evidence)
{
    /// <summary>Minimum number of validation rows: with fewer, not even their standard error can be estimated.</summary>
    public const int MinRows = 10;

    /// <summary>Minimum number of epochs: with fewer, there is no trend.</summary>
    public const int MinEpochs = 6;

    /// <summary>A gain within its noise counts as no gain, unless it exceeds this share of the baseline's loss: then the rows are too few
    /// to tell.</summary>
    public const double LargeGain = 0.2;

    /// <summary>Judges a run by its curves.</summary>
    /// <param name="curves">Losses of all epochs so far.</param>
    public static Verdict Judge(Curves curves)
    {
        var evidence = CurveAnalysis.Analyze(curves);
        var code = Decide(curves.StopReason, evidence);
        return new(code, curves.StopReason is null, VerdictText.Describe(code, curves.StopReason, evidence), evidence);
    }

    /// <summary>The order matters. A network whose loss still falls may yet beat the baseline, so that comes first; one that never beat it
    /// has nothing to lose by overfitting.</summary>
    private static VerdictCode Decide(StopReason? stop, Evidence evidence) => evidence switch
    {
        _ when stop == StopReason.Diverged || evidence.DivergedAt is not null => VerdictCode.Diverged,
        { ValidationRows: < MinRows } or { Epochs: < MinEpochs } => VerdictCode.Inconclusive,
        { StillFalling: true, Rose: false } when Math.Abs(evidence.Gain ?? 1) > Evidence.StandardErrors * (evidence.GainError ?? 0) =>
            stop is null ? VerdictCode.Healthy : VerdictCode.StoppedTooEarly,
        { BeatsBaseline: false } =>
            evidence.Gain <= LargeGain * evidence.BaselineLoss ? VerdictCode.NotLearning : VerdictCode.Inconclusive,
        { RoseBeyondNoise: true } => VerdictCode.Overfitting,
        { Rose: true } => VerdictCode.Inconclusive,
        _ => VerdictCode.Healthy,
    };
}
