namespace Velodrome.Data.Start;

/// <summary>The service can't start with this data folder. The message is written for the person who started the service.</summary>
public sealed class DataFolderException(string message) : Exception(message);
