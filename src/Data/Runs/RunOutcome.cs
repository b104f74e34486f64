using Velodrome.Training.Evaluation;
using Velodrome.Training.Fitting;
using Velodrome.Training.Models;
using Velodrome.Training.Verdicts;

namespace Velodrome.Data.Runs;

/// <summary>How a run ended.</summary>
/// <param name="Status">Succeeded, failed or cancelled.</param>
/// <param name="StopReason">Why training ended; null when it never began.</param>
/// <param name="Model">Predicts with the best epoch's weights.</param>
/// <param name="Evaluation">Of those weights.</param>
/// <param name="Verdict">Whether it learnt.</param>
/// <param name="Error">Why it failed.</param>
public sealed record RunOutcome(
    RunStatus Status, StopReason? StopReason = null, TrainedModel? Model = null, RunEvaluation? Evaluation = null, Verdict? Verdict = null, RunError? Error = null);
