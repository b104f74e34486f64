using Velodrome.Api.Runs;
using Velodrome.Data.Runs;
using Velodrome.Training.Losses;
using Velodrome.Training.Verdicts;

namespace Velodrome.Api.Comparison;

/// <summary>Several runs compared with the first one.</summary>
/// <param name="Comparable">Whether the losses of these runs can be compared.</param>
/// <param name="Reason">Why they cannot be compared; null if they can.</param>
/// <param name="Runs">In the requested order.</param>
/// <param name="Parameters">The settings that differ.</param>
/// <param name="Differences">How each further run's validation loss differs from the first one's; empty if not comparable.</param>
/// <param name="Curves">Both losses of every run over the same epochs.</param>
public sealed record ComparisonResponse(
    bool Comparable, string? Reason, IReadOnlyList<ComparedRun> Runs, IReadOnlyList<ParameterDifference> Parameters,
    IReadOnlyList<RunDifference> Differences, AlignedCurves Curves);

/// <summary>One of the compared runs.</summary>
public sealed record ComparedRun(
    long Id, string Name, RunStatus Status, LossResponse Loss, int? BestEpoch, double? BestValidationLoss, VerdictCode? Verdict,
    string Fingerprint);

/// <summary>The difference between a run and the first one on the same validation rows.</summary>
/// <param name="RunId">The run's id.</param>
/// <param name="ComparedWith">The first run's id.</param>
/// <param name="Loss">The loss that both are measured with.</param>
/// <param name="Difference">Mean over the rows of this run's loss minus the first one's. Below 0, this run is better.</param>
/// <param name="Low">Lower end of the 95% interval from a paired bootstrap; null if there are too few rows for one.</param>
/// <param name="High">Upper end.</param>
/// <param name="Rows">The number of validation rows.</param>
/// <param name="Sentence">The result in one sentence.</param>
public sealed record RunDifference(
    long RunId, long ComparedWith, LossKind Loss, double Difference, double? Low, double? High, int Rows, string Sentence);
