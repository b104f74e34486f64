namespace Velodrome.Data.Start;

/// <summary>The service can't start in this data folder; the message is one sentence for whoever started it.</summary>
public sealed class DataFolderException(string message) : Exception(message);
