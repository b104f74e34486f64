using Velodrome.Data.Runs;
using Velodrome.Training.Fitting;

namespace Velodrome.Api.Runs;

/// <summary>Tells whether and why a run ended before its last epoch.</summary>
/// <param name="RunId">The run's id.</param>
/// <param name="StoppedEarly">Whether early stopping ended the run.</param>
/// <param name="StopReason">Why the run ended. Null while it is queued or running.</param>
/// <param name="Patience">How many epochs without improvement early stopping allows. Null if early stopping is off.</param>
/// <param name="StoppedEpoch">The last epoch that was trained. Null while the run is queued or running.</param>
/// <param name="BestEpoch">The epoch with the lowest validation loss so far.</param>
/// <param name="BestValidationLoss">The validation loss of the best epoch.</param>
/// <param name="EpochsSaved">How many of the requested epochs were not trained. Null while the run is queued or running.</param>
/// <param name="WeightsFromEpoch">The epoch whose weights make predictions. Null if the run has no model.</param>
/// <param name="Sentence">A summary for people.</param>
public sealed record EarlyStoppingResponse(
    long RunId,
    bool StoppedEarly,
    StopReason? StopReason,
    int? Patience,
    int? StoppedEpoch,
    int? BestEpoch,
    double? BestValidationLoss,
    int? EpochsSaved,
    int? WeightsFromEpoch,
    string Sentence)
{
    public static EarlyStoppingResponse From(Run run)
    {
        int? stoppedEpoch = run.FinishedAt is null ? null : run.LastEpoch ?? 0;
        return new(
            run.Id,
            run.StopReason == Training.Fitting.StopReason.Patience,
            run.StopReason,
            run.Spec.EarlyStopping?.Patience,
            stoppedEpoch,
            run.BestEpoch,
            run.BestValidationLoss,
            run.Spec.Training.Epochs - stoppedEpoch,
            run.WeightsSha256 is null ? null : run.BestEpoch,
            Describe(run));
    }

    private static string Describe(Run run) => run.StopReason switch
    {
        Training.Fitting.StopReason.Patience =>
            $"Training stopped early after epoch {run.LastEpoch}: the validation loss had not improved for " +
            $"{Count(run.Spec.EarlyStopping!.Patience)}. The weights of epoch {run.BestEpoch} were kept.",
        Training.Fitting.StopReason.MaxEpochs =>
            $"Training completed all {Count(run.Spec.Training.Epochs)}" +
            $"{(run.Spec.EarlyStopping is null ? "; early stopping was off" : "")}. {DescribeWeights(run)}",
        Training.Fitting.StopReason.Diverged =>
            $"Training ended in epoch {run.LastEpoch}: the loss was no longer a finite number. No weights were kept.",
        Training.Fitting.StopReason.Cancelled when (run.LastEpoch ?? 0) == 0 =>
            "The run was cancelled before its first epoch. No weights were kept.",
        Training.Fitting.StopReason.Cancelled => $"Training was cancelled after epoch {run.LastEpoch}. {DescribeWeights(run)}",
        _ => run.Status switch
        {
            RunStatus.Failed => "Training failed. The run's error says why.",
            RunStatus.Running => $"Training is running: epoch {run.LastEpoch ?? 0} of at most {run.Spec.Training.Epochs}.",
            _ => "Training has not started yet.",
        },
    };

    private static string DescribeWeights(Run run) => (run.WeightsSha256, run.Spec.EarlyStopping) switch
    {
        (null, _) => "No weights were kept.",
        (_, { StartFromEpoch: var first }) when run.BestEpoch < first =>
            $"It ended before startFromEpoch ({first}), so every epoch counted. " +
            $"The weights of epoch {run.BestEpoch}, which has the lowest validation loss, were kept.",
        (_, { MinDelta: > 0 }) =>
            $"The weights of epoch {run.BestEpoch}, the last that improved the validation loss by more than minDelta, were kept.",
        (_, { StartFromEpoch: > 1 and var first }) =>
            $"The weights of epoch {run.BestEpoch}, which has the lowest validation loss from epoch {first} on, were kept.",
        _ => $"The weights of epoch {run.BestEpoch}, which has the lowest validation loss, were kept.",
    };

    private static string Count(int epochs) => epochs == 1 ? "1 epoch" : $"{epochs} epochs";
}
