using Velodrome.Training.Fitting;

namespace Velodrome.Training.Verdicts;

/// <summary>Whether a network learnt: a pure function of its curves. docs/verdicts.md says how good it is at this, and why its
/// thresholds are what they are.</summary>
/// <param name="Code">The verdict.</param>
/// <param name="Provisional">Whether the run still trains: the verdict may change.</param>
/// <param name="Sentence">One plain sentence with the numbers in it.</param>
/// <param name="Evidence">All the numbers.</param>
public sealed record Verdict(VerdictCode Code, bool Provisional, string Sentence, Evidence Evidence)
{
    /// <summary>With fewer validation rows nothing is said, however clear it looks: their spread can't be estimated either.</summary>
    public const int MinRows = 10;

    /// <summary>With fewer epochs there is no trend to see.</summary>
    public const int MinEpochs = 6;

    /// <summary>A gain that can't be told from luck is no gain, unless it is this share of the trivial answer's loss: then the
    /// rows are too few to tell.</summary>
    public const double LargeGain = 0.2;

    /// <summary>Passes a verdict.</summary>
    public static Verdict Judge(Curves curves)
    {
        var evidence = CurveAnalysis.Analyze(curves);
        var code = Decide(curves.StopReason, evidence);
        return new(code, curves.StopReason is null, VerdictText.Describe(code, curves.StopReason, evidence), evidence);
    }

    /// <summary>The order matters: a network that still falls may yet beat the baseline, and one that never beat it has nothing
    /// to lose by overfitting.</summary>
    private static VerdictCode Decide(StopReason? stop, Evidence evidence) => evidence switch
    {
        _ when stop == StopReason.Diverged || evidence.DivergedAt is not null => VerdictCode.Diverged,
        { ValidationRows: < MinRows } or { Epochs: < MinEpochs } => VerdictCode.Inconclusive,
        { StillFalling: true, Rose: false } when Math.Abs(evidence.Gain ?? 1) > Evidence.StandardErrors * (evidence.GainError ?? 0) =>
            stop is null ? VerdictCode.Healthy : VerdictCode.StoppedTooEarly,
        { BeatsBaseline: false } => evidence.Gain <= LargeGain * evidence.BaselineLoss ? VerdictCode.NotLearning : VerdictCode.Inconclusive,
        { RoseBeyondNoise: true } => VerdictCode.Overfitting,
        { Rose: true } => VerdictCode.Inconclusive,
        _ => VerdictCode.Healthy,
    };
}
