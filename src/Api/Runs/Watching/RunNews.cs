using Velodrome.Data.Runs;

namespace Velodrome.Api.Runs.Watching;

/// <summary>What a poll of the database has found about a run, for all its watchers. The next news supersedes it.</summary>
/// <param name="run">The run; null if it was deleted, or was not polled yet.</param>
/// <param name="updates">The epochs since the previous news, in order.</param>
/// <param name="now">When the run was read.</param>
internal sealed class RunNews(Run? run, IReadOnlyList<RunUpdate> updates, DateTimeOffset now)
{
    private readonly TaskCompletionSource _superseded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RunUpdate? _statusOnly = run is null ? null : new(run, run.LastEpoch ?? -1, [], now);

    /// <summary>Before the first poll.</summary>
    public static RunNews None() => new(run: null, [], DateTimeOffset.MinValue);

    public Run? Run => run;

    /// <summary>The last epoch that is known; -1 if there is none.</summary>
    public int LastEpoch { get; } = run?.LastEpoch ?? -1;

    /// <summary>Completes when there is newer news.</summary>
    public Task Superseded => _superseded.Task;

    public void Supersede() => _superseded.TrySetResult();

    /// <summary>What a caller who has the epochs up to <paramref name="epoch"/> does not know yet; null if it must be read from the
    /// database.</summary>
    public RunUpdate? FindAfter(int epoch) => epoch >= LastEpoch
        ? _statusOnly
        : updates.FirstOrDefault(update => update.After <= epoch && epoch < update.LastEpoch);
}
