using Microsoft.Data.Sqlite;

namespace Velodrome.Data.Sqlite;

/// <summary>Copies a database into a new file while other connections and processes read and write it.</summary>
public static class SqliteBackup
{
    /// <summary>Writes the state of one moment. Only the owner can read the copy. It has its name once it is complete.</summary>
    /// <param name="connection">Reads the database; may be in use by a service.</param>
    /// <param name="file">Must not exist.</param>
    /// <exception cref="IOException">The file exists, or can't be written.</exception>
    public static void Write(SqliteConnection connection, string file)
    {
        if (File.Exists(file))
        {
            throw new IOException($"{file} exists already. Choose another name.");
        }

        var partial = file + ".partial";
        File.Delete(partial);
        try
        {
            CreateForOwner(partial).Dispose();
            using (var command = connection.CreateCommand())
            {
                command.CommandText = "VACUUM INTO $file"; // may write into an empty file
                command.CommandTimeout = 0;
                command.Parameters.AddWithValue("$file", partial);
                command.ExecuteNonQuery();
            }

            using (var written = new FileStream(partial, FileMode.Open))
            {
                SqliteFileId.WriteNew(written);
                written.Flush(flushToDisk: true);
            }

            File.Move(partial, file);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    /// <summary>Creates a file that only its owner can read and write.</summary>
    internal static FileStream CreateForOwner(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new(file, options);
    }
}
