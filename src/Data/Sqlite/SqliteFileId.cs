using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Velodrome.Data.Sqlite;

/// <summary>
/// A random number in a database's first page that tells it from other databases. It is the user version, which SQLite leaves to programs
/// (https://www.sqlite.org/fileformat2.html#the_database_header). 0 in files of earlier versions.
/// </summary>
internal static class SqliteFileId
{
    private const int Offset = 60;

    /// <summary>Sets a new number. A copy then no longer takes the original's write-ahead log for its own.</summary>
    public static string SetNew => $"PRAGMA user_version = {Create()}";

    public static int Read(ReadOnlySpan<byte> firstPage) => BinaryPrimitives.ReadInt32BigEndian(firstPage[Offset..]);

    /// <summary>Sets a new number in a file that no connection has open.</summary>
    public static void WriteNew(Stream file)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, Create());
        file.Position = Offset;
        file.Write(bytes);
    }

    private static int Create() => RandomNumberGenerator.GetInt32(1, int.MaxValue);
}
