namespace Velodrome.Crash.Checks;

/// <summary>
/// Records which uploads, appended rows and deletions of datasets the service confirmed, and compares the datasets at the end with
/// them. A dataset whose upload or deletion was not confirmed may exist or not. Not thread-safe: the workload makes one call at a
/// time.
/// </summary>
public sealed class DatasetChecker(Checker checker)
{
    private readonly Dictionary<string, string> _stored = [];
    private readonly HashSet<string> _deleted = [];

    /// <summary>Names of the datasets that must exist.</summary>
    public IReadOnlyCollection<string> Stored => _stored.Keys;

    /// <summary>Names of the datasets that must exist and of those that must not.</summary>
    public IEnumerable<string> Known => _stored.Keys.Concat(_deleted);

    /// <summary>Records that the service confirmed the upload.</summary>
    public void RecordStored(string name, string csv) => _stored.Add(name, csv);

    /// <summary>Records that the service confirmed that rows were appended. Until then the request is repeated, with its key.</summary>
    public void RecordAppended(string name, string rows) => _stored[name] += rows;

    /// <summary>Records a request to delete the dataset, whether or not a response arrives.</summary>
    public void RecordDeleteRequested(string name) => _stored.Remove(name);

    /// <summary>Records that the service confirmed the deletion.</summary>
    public void RecordDeleted(string name) => _deleted.Add(name);

    /// <param name="name">One of <see cref="Known"/>.</param>
    /// <param name="csv">The dataset's rows at the end, or null if it does not exist.</param>
    public void CheckFinal(string name, string? csv)
    {
        if (!_stored.TryGetValue(name, out var stored))
        {
            if (csv is not null)
            {
                checker.AddFinding(FindingKind.Duplicated, $"dataset '{name}' still exists after its deletion was confirmed");
            }
        }
        else if (csv is null)
        {
            checker.AddFinding(FindingKind.Lost, $"dataset '{name}' was stored and is missing");
        }
        else if (csv != stored)
        {
            checker.AddFinding(FindingKind.Differing, $"dataset '{name}' differs from the upload and the appended rows");
        }
    }
}
