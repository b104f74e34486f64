using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Velodrome.Data.Start;

/// <summary>The folder in which the service writes its files. Only its owner can read them: see <see cref="PrivateFiles"/>.</summary>
public sealed class DataFolder : IDisposable
{
    public const string DatabaseFileName = "velodrome.db";

    private const string LockName = "velodrome.lock";
    private const string SpoolExtension = ".upload";

    /// <summary>Time to wait for another process to release the folder, which a process that is shutting down does soon.</summary>
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(2);

    /// <summary>SQLite's limit on Unix (MAX_PATHNAME in os.h) is 512 bytes; its journal's name has 8 more than the database's.</summary>
    private const int MaxSqlitePath = 512 - 8 - 1;

    private readonly FileStream? _lock;

    private DataFolder(string path, FileStream? @lock) => (FullPath, _lock, Findings) = (path, @lock, MakePrivate(path));

    public string FullPath { get; }

    public string DatabaseFile => Path.Combine(FullPath, DatabaseFileName);

    /// <summary>The number of the process that had locked the folder last; null if there was none.</summary>
    public int? PreviousProcess { get; private init; }

    /// <summary>What was found open to other users of the machine: sentences for the log.</summary>
    public IReadOnlyList<string> Findings { get; }

    /// <summary>Opens a folder that several processes may share.</summary>
    /// <exception cref="DataFolderException">The folder can't be created.</exception>
    public static DataFolder Open(string path) => new(Create(path), @lock: null);

    /// <summary>Opens a folder for this process alone. The operating system releases the lock when the process ends or is killed.</summary>
    /// <exception cref="DataFolderException">Another process has locked the folder, or this process can't write to it.</exception>
    public static DataFolder Lock(string path)
    {
        var full = Create(path);
        RefuseTooLong(full);
        for (var start = Stopwatch.GetTimestamp(); ; Thread.Sleep(50))
        {
            try
            {
                var file = new FileStream(Path.Combine(full, LockName), PrivateFiles.Options(FileMode.OpenOrCreate));
                return new(full, file) { PreviousProcess = ExchangeProcess(file) };
            }
            catch (UnauthorizedAccessException failure)
            {
                throw Unusable(full, failure);
            }
            catch (IOException failure) when (!IsLocked(failure))
            {
                throw Unusable(full, failure);
            }
            catch (IOException) when (Stopwatch.GetElapsedTime(start) > LockTimeout)
            {
                throw new DataFolderException(
                    $"Another Velodrome process uses the data folder {full}. Stop that process, or set DataFolder to a different folder.");
            }
            catch (IOException)
            {
                // still locked: try again
            }
        }
    }

    public void Dispose() => _lock?.Dispose();

    /// <summary>A name for a temporary file in this folder, by which a later start recognises it.</summary>
    public string NewSpoolFile() => Path.Combine(FullPath, Guid.NewGuid() + SpoolExtension);

    /// <summary>Whether a file's name is that of a <see cref="NewSpoolFile"/>.</summary>
    public static bool IsSpoolFile(string file) =>
        Path.GetExtension(file) == SpoolExtension && Guid.TryParseExact(Path.GetFileNameWithoutExtension(file), "D", out _);

    private static bool IsOurs(string file) =>
        IsSpoolFile(file) || Path.GetFileName(file).StartsWith("velodrome.", StringComparison.Ordinal);

    /// <summary>Reads the number of the process that has written into the lock file, and writes this one's.</summary>
    private static int? ExchangeProcess(FileStream file)
    {
        using var reader = new StreamReader(file, leaveOpen: true);
        int? previous = int.TryParse(reader.ReadToEnd(), CultureInfo.InvariantCulture, out var id) ? id : null;
        file.SetLength(0);
        file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        file.Flush();
        return previous;
    }

    /// <summary>
    /// Tightens modes that an earlier version, or another program, left open. A folder that also contains other files, such as a home
    /// folder, keeps its mode: there, only the service's files are tightened.
    /// </summary>
    private static List<string> MakePrivate(string folder)
    {
        var files = Directory.EnumerateFileSystemEntries(folder).ToList();
        List<string?> findings = [.. files.Where(IsOurs).Order().Select(PrivateFiles.Tighten)];
        if (files.TrueForAll(IsOurs))
        {
            findings.Add(PrivateFiles.Tighten(folder));
        }
        else if (PrivateFiles.IsOpenToOthers(folder))
        {
            findings.Add($"{folder} is open to other users of this machine and stays so, as it holds files that are not Velodrome's. " +
                "Its own files are private. Set DataFolder to a folder of its own.");
        }

        return [.. findings.OfType<string>()];
    }

    private static string Create(string path)
    {
        var full = FullPathOf(path);
        try
        {
            PrivateFiles.CreateFolder(full);
            return full;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unusable(full, failure);
        }
    }

    /// <summary>Whether another process has the file open: EWOULDBLOCK on Linux or macOS, a sharing violation on Windows.</summary>
    private static bool IsLocked(IOException failure) => failure.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static void RefuseTooLong(string full)
    {
        var longest = MaxSqlitePath - Encoding.UTF8.GetByteCount(Path.Combine("/", DatabaseFileName));
        if (Encoding.UTF8.GetByteCount(full) is var length && length > longest)
        {
            throw new DataFolderException($"The path of the data folder has {length} bytes, and SQLite opens files in folders of up to " +
                $"{longest} only. Set DataFolder to a folder with a shorter path. It is {full}.");
        }
    }

    /// <summary>The absolute path of a folder. <c>~</c> is the home folder: a shell does not expand it within --DataFolder=~/x.</summary>
    public static string FullPathOf(string path) => Path.GetFullPath(path is "~" or ['~', '/', ..]
        ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + path[1..]
        : path);

    private static DataFolderException Unusable(string full, Exception failure) => new(
        $"The data folder {full} can't be used ({failure.Message.TrimEnd('.')}). " +
        "Set DataFolder to a folder that this process can write to.");
}
