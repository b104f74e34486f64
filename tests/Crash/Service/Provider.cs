namespace Velodrome.Crash.Service;

/// <summary>What holds the service's data.</summary>
public enum Provider
{
    /// <summary>One process that does everything.</summary>
    Sqlite,

    /// <summary>One process that answers, and several that train.</summary>
    Postgres,
}
