using System.Diagnostics;

namespace Velodrome.Processes;

/// <summary>Runs a command of the service's program, such as <c>keys add</c>.</summary>
public static class ServiceCommand
{
    /// <returns>What the command wrote to its standard output.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task<string> Run(ServiceBuild build, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [build.AssemblyPath, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? (await output).Trim()
            : throw new InvalidOperationException($"{string.Join(' ', arguments)} ended with {process.ExitCode}: {await error}");
    }
}
