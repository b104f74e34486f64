namespace Velodrome.Processes;

/// <summary>The database that the service uses, which also decides how many processes it has.</summary>
public enum Provider
{
    /// <summary>One process serves HTTP and trains.</summary>
    Sqlite,

    /// <summary>One process serves HTTP, several others train.</summary>
    Postgres,
}
