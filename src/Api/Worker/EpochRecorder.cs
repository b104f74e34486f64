using Velodrome.Data.Runs;
using Velodrome.Training.Fitting;

namespace Velodrome.Api.Worker;

/// <summary>
/// Writes epochs to the journal, each group with a checkpoint: a commit costs milliseconds, and a small network's epoch
/// microseconds. Training goes on while one group is written; the next waits for it. Epochs that a run trained before it was
/// interrupted are compared with what was recorded then.
/// </summary>
/// <param name="journal">Where to.</param>
/// <param name="claim">The right to write.</param>
/// <param name="recorded">Epochs beyond the checkpoint that training goes on from, by number.</param>
/// <param name="time">The clock.</param>
internal sealed class EpochRecorder(RunStore journal, RunClaim claim, IReadOnlyDictionary<int, Epoch> recorded, TimeProvider time)
{
    private readonly WriteThrottle _pace = new();
    private List<EpochMetrics> _waiting = [];
    private Task _writing = Task.CompletedTask;
    private long _lastWrite = time.GetTimestamp();

    /// <exception cref="ClaimLostException">Somebody else trains this run.</exception>
    /// <exception cref="NondeterministicException">A repeated epoch is not what it was.</exception>
    public void Add(EpochMetrics epoch, Trainer trainer)
    {
        if (recorded.TryGetValue(epoch.Epoch, out var before))
        {
            Compare(epoch, before);
        }
        else
        {
            _waiting.Add(epoch);
        }

        if (_writing.IsCompleted && _pace.AllowsWrite(time.GetElapsedTime(_lastWrite)) && double.IsFinite(epoch.TrainLoss) && double.IsFinite(epoch.ValidationLoss))
        {
            _writing.GetAwaiter().GetResult();
            _writing = Write(Take(trainer.Save(), trainer.BestEpoch, trainer.BestLoss));
        }
    }

    /// <summary>What is not written yet, for the end of the run.</summary>
    /// <param name="last">The state after the last epoch; null to leave the last checkpoint as it is.</param>
    /// <param name="bestEpoch">0 for none.</param>
    /// <param name="bestLoss">Its validation loss.</param>
    /// <exception cref="ClaimLostException">Somebody else trains this run.</exception>
    public ProgressUpdate TakeRemaining(TrainerState? last, int bestEpoch, double bestLoss)
    {
        _writing.GetAwaiter().GetResult();
        return Take(last, bestEpoch, bestLoss);
    }

    private ProgressUpdate Take(TrainerState? state, int bestEpoch, double bestLoss)
    {
        var entry = new ProgressUpdate(_waiting, _waiting.Count > 0 ? _waiting[^1].Epoch : null, bestEpoch, bestLoss, state);
        (_waiting, _lastWrite) = ([], time.GetTimestamp());
        return entry;
    }

    private async Task Write(ProgressUpdate entry)
    {
        var start = time.GetTimestamp();
        await journal.Record(claim, entry);
        _pace.RecordDuration(time.GetElapsedTime(start));
    }

    private static void Compare(EpochMetrics epoch, Epoch before)
    {
        if (!Same(epoch.TrainLoss, before.TrainLoss) || !Same(epoch.ValidationLoss, before.ValidationLoss))
        {
            throw new NondeterministicException(epoch, before);
        }
    }

    private static bool Same(double loss, double? before) => before is { } known ? loss.Equals(known) : !double.IsFinite(loss);
}

/// <summary>An epoch that was trained again came out otherwise: the history can't be trusted on this machine.</summary>
internal sealed class NondeterministicException(EpochMetrics epoch, Epoch before) : Exception(
    $"Epoch {epoch.Epoch} was trained again after an interruption and came out otherwise (training loss {epoch.TrainLoss:R}, recorded {before.TrainLoss:R}; " +
    $"validation loss {epoch.ValidationLoss:R}, recorded {before.ValidationLoss:R}). The build or the processor type has changed; start the run anew.")
{
    public int Epoch { get; } = epoch.Epoch;
}
