using System.Data.Common;

namespace Velodrome.Data.Sqlite;

/// <summary>The SQLite file was deleted, moved or replaced while this process has it open: what it wrote would be lost.</summary>
public sealed class DatabaseFileMovedException(string message) : DbException(message);
