using Velodrome.Training.Fitting;
using Velodrome.Training.Runs;

namespace Velodrome.Data.Runs;

/// <summary>The right to train a run and to write its results, valid while its token is the run's newest.</summary>
/// <param name="RunId">The run's id.</param>
/// <param name="Token">The fencing token. Every claim raises it.</param>
/// <param name="Attempts">Claims since an epoch was last recorded or the run was released, including this one.</param>
/// <param name="CancelRequested">True if the run was to be cancelled before it was claimed.</param>
/// <param name="Datasets">The datasets that the run reads.</param>
/// <param name="Spec">What to train.</param>
public sealed record RunClaim(long RunId, long Token, int Attempts, bool CancelRequested, RunDatasets Datasets, RunSpec Spec)
{
    public static RunClaim Of(Run run) => new(run.Id, run.Token, run.Attempts, run.CancelRequested, RunDatasets.Of(run), run.Spec);
}

/// <summary>Ids of the datasets that a run reads.</summary>
public sealed record RunDatasets(long Dataset, long? Validation, long? Test)
{
    public static RunDatasets Of(Run run) => new(run.DatasetId, run.ValidationDatasetId, run.TestDatasetId);
}

/// <summary>The data that a worker adds to a run in one transaction.</summary>
/// <param name="Epochs">New epochs, in order.</param>
/// <param name="LastEpoch">The run's newest epoch; null before epoch 0.</param>
/// <param name="BestEpoch">0 if there is none yet.</param>
/// <param name="BestLoss">Validation loss of the best epoch.</param>
/// <param name="Checkpoint">Training state after the newest epoch; null to keep the older checkpoints.</param>
public sealed record ProgressUpdate(
    IReadOnlyList<EpochMetrics> Epochs, int? LastEpoch, int BestEpoch, double BestLoss, TrainerState? Checkpoint)
{
    /// <summary>Adds nothing.</summary>
    public static readonly ProgressUpdate None = new([], null, 0, double.PositiveInfinity, null);
}

/// <summary>Another worker has claimed the run, or the run has ended. The worker that gets this exception must stop training.</summary>
public sealed class ClaimLostException(long runId) : Exception($"This worker no longer holds run {runId}.");
