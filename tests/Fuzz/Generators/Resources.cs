using System.Collections.Concurrent;

namespace Velodrome.Fuzz.Generators;

/// <summary>A run that was accepted. It may be deleted by now.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Features">The columns that a row to predict must have.</param>
internal sealed record KnownRun(long Id, IReadOnlyList<string> Features);

/// <summary>
/// Datasets, runs and keys that may exist. All clients share them, so that one deletes what another is using. Names and ids of what is gone
/// are kept for a while, so that requests also use them.
/// </summary>
/// <param name="keys">Null if the service has none.</param>
/// <param name="files">Valid files of several formats; null for none.</param>
internal sealed class Resources(Keys? keys = null, IReadOnlyList<SampleFile>? files = null)
{
    /// <summary>A run with the columns of the lesson, for requests before the first run.</summary>
    private static readonly KnownRun First = new(1, ["hours"]);

    private const int MaxRuns = 40;
    private const int Names = 8;

    private readonly ConcurrentQueue<KnownRun> _runs = new();
    private long _lastImport = 1;

    public Keys? Keys => keys;

    public IReadOnlyList<SampleFile> Files { get; } = files ?? [];

    public void AddRun(KnownRun run)
    {
        _runs.Enqueue(run);
        while (_runs.Count > MaxRuns)
        {
            _runs.TryDequeue(out _);
        }
    }

    public void AddImport(long id) => Volatile.Write(ref _lastImport, id);

    /// <summary>The id of an import, often one of the last ones.</summary>
    public long Import(Dice dice) => Math.Max(1, Volatile.Read(ref _lastImport) - dice.Below(4));

    public KnownRun Run(Dice dice) => _runs.ToArray() is { Length: > 0 } runs ? dice.Pick(runs) : First;

    public static string Dataset(Dice dice) => dice.Below(6) switch
    {
        0 => "iris",
        1 => "study-hours",
        2 => "noisy-sine",
        _ => OwnDataset(dice),
    };

    /// <summary>A dataset that is not bundled with the service.</summary>
    public static string OwnDataset(Dice dice) => $"f{dice.Below(Names)}";
}
