using System.Diagnostics;
using Velodrome.Data.Start;

namespace Velodrome.Api.Startup;

/// <summary>
/// The .NET runtime opens a socket and two pipes for debuggers and tracing tools in the folder for temporary files, and a process that
/// is killed leaves them. The next process in the same data folder deletes them.
/// https://learn.microsoft.com/dotnet/core/diagnostics/diagnostic-port
/// </summary>
internal static class DiagnosticFiles
{
    private static readonly string[] Patterns = ["dotnet-diagnostic-{0}-*-socket", "clr-debug-pipe-{0}-*-in", "clr-debug-pipe-{0}-*-out"];

    public static void DeleteLeftoverDiagnosticFiles(this WebApplication app)
    {
        if (app.Services.GetRequiredService<DataFolder>().PreviousProcess is { } previous && !IsRunning(previous))
        {
            Delete(previous);
        }
    }

    private static void Delete(int process)
    {
        foreach (var file in Patterns.SelectMany(pattern =>
            Directory.EnumerateFiles(Path.GetTempPath(), string.Format(null, pattern, process))))
        {
            try
            {
                File.Delete(file);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // another user's process had the same number
            }
        }
    }

    /// <summary>Whether a process has this number, be it another program: its files are then not left over.</summary>
    private static bool IsRunning(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
