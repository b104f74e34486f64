using Velodrome.Api.Runs;
using Velodrome.Data.Runs;
using Velodrome.Training.Losses;
using Velodrome.Training.Verdicts;

namespace Velodrome.Api.Comparison;

/// <summary>Runs side by side.</summary>
/// <param name="Comparable">Whether the losses of these runs may be held against each other.</param>
/// <param name="Reason">Why not; null when they may.</param>
/// <param name="Runs">In the order asked for; the first is what the others are compared with.</param>
/// <param name="Parameters">Only the settings that differ.</param>
/// <param name="Differences">What each further run's validation loss is more or less than the first's; empty when not comparable.</param>
/// <param name="Curves">Both losses of every run over the same epochs.</param>
public sealed record ComparisonResponse(
    bool Comparable, string? Reason, IReadOnlyList<ComparedRun> Runs, IReadOnlyList<ParameterDifference> Parameters,
    IReadOnlyList<RunDifference> Differences, AlignedCurves Curves);

/// <summary>One of the runs compared.</summary>
public sealed record ComparedRun(
    long Id, string Name, RunStatus Status, LossResponse Loss, int? BestEpoch, double? BestValidationLoss, VerdictCode? Verdict, string Fingerprint);

/// <summary>How far a run is from the first one, on the same validation rows.</summary>
/// <param name="RunId">The run.</param>
/// <param name="ComparedWith">The first run.</param>
/// <param name="Loss">The loss that both are measured with.</param>
/// <param name="Difference">Mean over the rows of this run's loss minus the first one's: below 0 this run is better.</param>
/// <param name="Low">Lower end of its 95% interval from a paired bootstrap; null when there are too few rows for one.</param>
/// <param name="High">Upper end.</param>
/// <param name="Rows">Validation rows.</param>
/// <param name="Sentence">What that means.</param>
public sealed record RunDifference(
    long RunId, long ComparedWith, LossKind Loss, double Difference, double? Low, double? High, int Rows, string Sentence);
