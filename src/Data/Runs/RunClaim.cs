using Velodrome.Training.Fitting;
using Velodrome.Training.Runs;

namespace Velodrome.Data.Runs;

/// <summary>The right to train a run and to write what comes of it, as long as its token is the newest.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Token">Raised by every claim: a fence against whoever held an older one.</param>
/// <param name="Attempts">Claims since the last epoch was recorded, this one included.</param>
/// <param name="CancelRequested">Somebody asked for that before the claim was made.</param>
/// <param name="Datasets">What it reads.</param>
/// <param name="Spec">What to train.</param>
public sealed record RunClaim(long RunId, long Token, int Attempts, bool CancelRequested, RunDatasets Datasets, RunSpec Spec);

/// <summary>Ids of the datasets that a run reads.</summary>
public sealed record RunDatasets(long Dataset, long? Validation, long? Test);

/// <summary>What a worker adds to a run at a time; written together or not at all.</summary>
/// <param name="Epochs">New epochs, in order.</param>
/// <param name="LastEpoch">The newest epoch of the run; null before epoch 0.</param>
/// <param name="BestEpoch">0 before the first.</param>
/// <param name="BestLoss">Its validation loss.</param>
/// <param name="Checkpoint">A state to go on from; null to leave the old ones.</param>
public sealed record ProgressUpdate(IReadOnlyList<EpochMetrics> Epochs, int? LastEpoch, int BestEpoch, double BestLoss, TrainerState? Checkpoint)
{
    /// <summary>Nothing new.</summary>
    public static readonly ProgressUpdate None = new([], null, 0, double.PositiveInfinity, null);
}

/// <summary>Somebody else has claimed the run since: whoever meets this must stop, and has written nothing.</summary>
public sealed class ClaimLostException(long runId) : Exception($"Run {runId} is no longer this worker's.");
