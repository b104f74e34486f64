using Velodrome.Training.Evaluation;
using Velodrome.Training.Fitting;
using Velodrome.Training.Models;
using Velodrome.Training.Verdicts;

namespace Velodrome.Data.Runs;

/// <summary>The result of a run that has ended.</summary>
/// <param name="Status">Succeeded, failed or cancelled.</param>
/// <param name="StopReason">Why training ended; null if it never started.</param>
/// <param name="Model">The model with the best epoch's weights; null if there is no best epoch.</param>
/// <param name="Evaluation">Metrics of the model; null without a model.</param>
/// <param name="Verdict">Whether the network has learnt; null if training never started.</param>
/// <param name="Error">Why the run failed; null if it did not.</param>
public sealed record RunOutcome(
    RunStatus Status,
    StopReason? StopReason = null,
    TrainedModel? Model = null,
    RunEvaluation? Evaluation = null,
    Verdict? Verdict = null,
    RunError? Error = null);
