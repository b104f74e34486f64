namespace Velodrome.Data.Start;

/// <summary>
/// Keeps the service's files from the machine's other users: the data folder has mode 0700 and its files 0600. The modes are set when
/// a file is created, before data is in it. On Windows, a folder's access control lists apply instead.
/// </summary>
public static class PrivateFiles
{
    private const UnixFileMode File600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Folder700 = File600 | UnixFileMode.UserExecute;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Creates the folder. Those above it that are missing get the usual mode.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, Folder700);
        }
    }

    /// <summary>Options for a file that this process creates.</summary>
    public static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = File600;
        }

        return options;
    }

    /// <summary>Takes the rights of others from an existing file or folder.</summary>
    /// <returns>A sentence for the log; null if nothing had to change.</returns>
    public static string? Tighten(string path)
    {
        if (OperatingSystem.IsWindows() || Mode(path) is not { } mode || (mode & Others) == 0)
        {
            return null;
        }

        try
        {
            File.SetUnixFileMode(path, mode & ~Others);
            return $"{path} was open to other users of this machine ({Octal(mode)}); it is private now ({Octal(mode & ~Others)}).";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"{path} is open to other users of this machine ({Octal(mode)}), and this process may not change that " +
                $"({failure.Message.TrimEnd('.')}).";
        }
    }

    /// <exception cref="UnauthorizedAccessException">Another user owns the file.</exception>
    public static void AssertOwner(FileStream file)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file.SafeFileHandle, File600); // only the owner may: .NET has no call that tells the owner
        }
    }

    /// <summary>Whether other users may read, change or enter it.</summary>
    public static bool IsOpenToOthers(string path) => !OperatingSystem.IsWindows() && Mode(path) is { } mode && (mode & Others) != 0;

    private static UnixFileMode? Mode(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        try
        {
            return File.GetUnixFileMode(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null; // there is no such file
        }
    }

    private static string Octal(UnixFileMode mode) => "0" + Convert.ToString((int)mode, 8);
}
