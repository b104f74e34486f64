using Velodrome.Data.Runs;
using Velodrome.Training.Fitting;

namespace Velodrome.Api.Runs;

/// <summary>Whether and why a run ended before its last epoch.</summary>
/// <param name="RunId">The run.</param>
/// <param name="StoppedEarly">Whether patience ended it.</param>
/// <param name="StopReason">Why it ended; null while it has not.</param>
/// <param name="Patience">Epochs without improvement that were allowed; null when early stopping was off.</param>
/// <param name="StoppedEpoch">The last epoch trained; null while it trains.</param>
/// <param name="BestEpoch">The epoch with the best validation loss so far.</param>
/// <param name="BestValidationLoss">That loss.</param>
/// <param name="EpochsSaved">Epochs that were asked for and not needed.</param>
/// <param name="WeightsFromEpoch">The epoch whose weights predict.</param>
/// <param name="Sentence">All of it in one plain sentence.</param>
public sealed record EarlyStoppingResponse(
    long RunId, bool StoppedEarly, StopReason? StopReason, int? Patience, int? StoppedEpoch, int? BestEpoch, double? BestValidationLoss,
    int? EpochsSaved, int? WeightsFromEpoch, string Sentence)
{
    public static EarlyStoppingResponse From(Run run)
    {
        var stopped = run.FinishedAt is null ? null : run.LastEpoch;
        return new(run.Id, run.StopReason == Training.Fitting.StopReason.Patience, run.StopReason, run.Spec.EarlyStopping?.Patience, stopped,
            run.BestEpoch, run.BestValidationLoss, run.Spec.Training.Epochs - stopped, run.WeightsSha256 is null ? null : run.BestEpoch, Describe(run));
    }

    private static string Describe(Run run) => run.StopReason switch
    {
        Training.Fitting.StopReason.Patience =>
            $"Training stopped by itself after epoch {run.LastEpoch}: the validation loss had not improved for {run.Spec.EarlyStopping!.Patience} epochs, and the weights of epoch {run.BestEpoch} were kept.",
        Training.Fitting.StopReason.MaxEpochs =>
            $"Training went through all {run.Spec.Training.Epochs} epochs{(run.Spec.EarlyStopping is null ? ", early stopping being off" : "")}; the weights of epoch {run.BestEpoch} were kept, where the validation loss was lowest.",
        Training.Fitting.StopReason.Diverged =>
            $"Training ended in epoch {run.LastEpoch} because the loss stopped being a finite number; no weights were kept.",
        Training.Fitting.StopReason.Cancelled =>
            $"Training was cancelled after epoch {run.LastEpoch}; the best weights so far were kept.",
        _ => run.Status switch
        {
            RunStatus.Failed => "Training failed before it could stop by itself; the run's error says why.",
            RunStatus.Running => $"Training goes on: epoch {run.LastEpoch ?? 0} of at most {run.Spec.Training.Epochs}.",
            _ => "Training has not begun yet.",
        },
    };
}
