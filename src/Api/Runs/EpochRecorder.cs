using Velodrome.Data.Runs;
using Velodrome.Training.Fitting;

namespace Velodrome.Api.Runs;

/// <summary>Writes epochs to the journal in groups: a commit costs milliseconds, and a small network's epoch microseconds.</summary>
internal sealed class EpochRecorder(RunJournal journal, RunClaim claim, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly List<EpochMetrics> _waiting = [];
    private long _lastWrite = time.GetTimestamp();

    /// <summary>Epochs that are not written yet.</summary>
    public IReadOnlyList<EpochMetrics> Waiting => _waiting;

    /// <summary>What early stopping knew after the last epoch.</summary>
    public EarlyStopping Progress { get; private set; } = new(null);

    /// <exception cref="ClaimLostException">Somebody else trains this run.</exception>
    public void Add(EpochMetrics epoch, EarlyStopping progress)
    {
        _waiting.Add(epoch);
        Progress = progress;
        if (time.GetElapsedTime(_lastWrite) >= Interval)
        {
            journal.Record(claim, _waiting, progress);
            _waiting.Clear();
            _lastWrite = time.GetTimestamp();
        }
    }
}
