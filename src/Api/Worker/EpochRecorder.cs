using Velodrome.Data.Runs;
using Velodrome.Training.Fitting;

namespace Velodrome.Api.Worker;

/// <summary>
/// Writes epochs in groups, each with a checkpoint, because a commit takes milliseconds, but an epoch of a small network takes only
/// microseconds. Training continues while a group is written. If a resumed run trains a recorded epoch again, the result must equal
/// the recorded one.
/// </summary>
/// <param name="store">Receives the epochs.</param>
/// <param name="claim">The claim of this worker.</param>
/// <param name="recorded">Recorded epochs after the checkpoint that training starts from, by number.</param>
/// <param name="progress">Is notified of each epoch.</param>
/// <param name="time">Measures the writes.</param>
internal sealed class EpochRecorder(
    RunStore store, RunClaim claim, IReadOnlyDictionary<int, Epoch> recorded, RunProgress progress, TimeProvider time) : IDisposable
{
    private readonly WriteThrottle _throttle = new();
    private readonly CancellationTokenSource _ending = new();
    private List<EpochMetrics> _waiting = [];
    private Task _writing = Task.CompletedTask;
    private IReadOnlyList<EpochMetrics> _givenUp = [];
    private int? _checkpointEpoch;
    private long _lastWrite = time.GetTimestamp();

    /// <summary>Takes an epoch, and starts to write a group if it is time.</summary>
    /// <exception cref="ClaimLostException">Another worker has claimed the run.</exception>
    /// <exception cref="NondeterministicException">The epoch differs from the recorded one.</exception>
    public void Add(EpochMetrics epoch, Trainer trainer)
    {
        progress.EpochEnded(epoch.Epoch);
        if (recorded.TryGetValue(epoch.Epoch, out var before))
        {
            Compare(epoch, before);
        }
        else
        {
            _waiting.Add(epoch);
        }

        var isFinite = double.IsFinite(epoch.TrainLoss) && double.IsFinite(epoch.ValidationLoss);
        if (_writing.IsCompleted && _throttle.AllowsWrite(time.GetElapsedTime(_lastWrite)) && isFinite)
        {
            _writing.GetAwaiter().GetResult();
            _writing = Write(Take(trainer.Save(), trainer.BestEpoch, trainer.BestLoss));
        }
    }

    /// <summary>
    /// Returns the epochs that are not yet written, so that they are committed together with the run's final status. Gives up a large
    /// checkpoint that is being written: its epochs are among those.
    /// </summary>
    /// <param name="last">The state after the last epoch; null to keep the last checkpoint.</param>
    /// <param name="bestEpoch">0 for none.</param>
    /// <param name="bestLoss">Validation loss of the best epoch.</param>
    /// <exception cref="ClaimLostException">Another worker has claimed the run.</exception>
    public ProgressUpdate TakeRemaining(TrainerState? last, int bestEpoch, double bestLoss)
    {
        _ending.Cancel();
        _writing.GetAwaiter().GetResult();
        _waiting.InsertRange(0, _givenUp);
        return Take(last?.Epoch == _checkpointEpoch ? null : last, bestEpoch, bestLoss);
    }

    /// <summary>Gives up a large checkpoint that is being written.</summary>
    public void Dispose()
    {
        _ending.Cancel();
        _ending.Dispose();
    }

    private ProgressUpdate Take(TrainerState? state, int bestEpoch, double bestLoss)
    {
        var update = new ProgressUpdate(_waiting, _waiting.Count > 0 ? _waiting[^1].Epoch : null, bestEpoch, bestLoss, state);
        (_waiting, _lastWrite) = ([], time.GetTimestamp());
        return update;
    }

    private async Task Write(ProgressUpdate update)
    {
        var start = time.GetTimestamp();
        try
        {
            await store.Record(claim, update, _ending.Token);
            _throttle.RecordDuration(time.GetElapsedTime(start));
            _checkpointEpoch = update.Checkpoint?.Epoch;
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            _givenUp = update.Epochs;
        }
    }

    private static void Compare(EpochMetrics epoch, Epoch before)
    {
        if (!Same(epoch.TrainLoss, before.TrainLoss) || !Same(epoch.ValidationLoss, before.ValidationLoss))
        {
            throw new NondeterministicException(epoch, before);
        }
    }

    private static bool Same(double loss, double? before) => before is { } recorded ? loss.Equals(recorded) : !double.IsFinite(loss);
}

/// <summary>An epoch that was trained again differs from the recorded one: the run's history can't be repeated here.</summary>
internal sealed class NondeterministicException(EpochMetrics epoch, Epoch before) : Exception(
    $"Epoch {epoch.Epoch} was trained again after an interruption, and its losses differ from the recorded ones " +
    $"(training loss {epoch.TrainLoss:R}, recorded {before.TrainLoss:R}; " +
    $"validation loss {epoch.ValidationLoss:R}, recorded {before.ValidationLoss:R}). " +
    "The build or the processor type has changed. Start a new run with the same request.")
{
    public int Epoch { get; } = epoch.Epoch;
}
