namespace Velodrome.Crash.Witnesses;

/// <summary>What can be amiss.</summary>
public enum Fault
{
    /// <summary>Something that was accepted or shown is not there, or did not end.</summary>
    Lost,

    /// <summary>A run or an epoch is there twice, or a run ended twice.</summary>
    Duplicated,

    /// <summary>An epoch or a result is not what it was, or not what the undisturbed run's is.</summary>
    Differing,

    /// <summary>Somebody wrote without holding the claim, or a token fell.</summary>
    Stale,

    /// <summary>The database is damaged, or the service ended or stuck by itself.</summary>
    Broken,
}

/// <summary>One thing that is amiss.</summary>
/// <param name="Fault">What kind.</param>
/// <param name="RunId">Where; null for no run in particular.</param>
/// <param name="Sentence">What was seen.</param>
public sealed record Finding(Fault Fault, long? RunId, string Sentence);
