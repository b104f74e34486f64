namespace Velodrome.Data.Start;

/// <summary>The database can't be used as it is. The message is written for the person who starts the service or a command.</summary>
public sealed class UnusableDatabaseException(string message, Exception? cause = null) : Exception(message, cause);
