namespace Velodrome.Crash.Checks;

public enum FindingKind
{
    /// <summary>
    /// A run, an epoch or a dataset that was accepted or shown is missing, a run did not end, or a key that was made does not work.
    /// </summary>
    Lost,

    /// <summary>A run or an epoch exists twice, a run ended twice, or something deleted is still there.</summary>
    Duplicated,

    /// <summary>An epoch, a result, a dataset or a key's role changed, or a result differs from that of the golden run.</summary>
    Differing,

    /// <summary>A revoked key works again.</summary>
    Revived,

    /// <summary>A worker wrote to a run after losing its claim, or a fencing token decreased.</summary>
    Stale,

    /// <summary>The database is corrupt, or the service exited or hung without being killed.</summary>
    Broken,
}

/// <summary>A promise of the service that was broken.</summary>
/// <param name="RunId">The run concerned, or null if the finding concerns no single run.</param>
public sealed record Finding(FindingKind Kind, long? RunId, string Message);
