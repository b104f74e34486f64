using System.Diagnostics;
using System.Runtime.CompilerServices;
using Velodrome.Crash.Service;

namespace Velodrome.Crash.Tests.MutationTests;

/// <summary>The service with a fault built in: its output copied, and one assembly of it built anew from changed source.</summary>
internal sealed class MutatedService : IDisposable
{
    private static readonly string[] Needed = ["src", "build", "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "global.json"];

    /// <summary>Of several builds at once each would have the whole machine's memory and processors in mind.</summary>
    private static readonly SemaphoreSlim OneAtATime = new(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("velodrome-mutated-").FullName;

    private MutatedService()
    {
    }

    public ServiceBuild Build => new(Path.Combine(_folder, "service", Path.GetFileName(ServiceBuild.Beside.Assembly)));

    /// <param name="file">Below src/; its project is built anew.</param>
    /// <param name="original">Is there exactly once, or the mutation has to be thought about again.</param>
    /// <param name="replacement">Takes its place.</param>
    public static async Task<MutatedService> Create(string file, string original, string replacement)
    {
        var service = new MutatedService();
        foreach (var name in Needed)
        {
            CopyTree(Path.Combine(Repository(), name), Path.Combine(service._folder, name));
        }

        CopyTree(Path.GetDirectoryName(ServiceBuild.Beside.Assembly)!, Path.Combine(service._folder, "service"));
        var source = Path.Combine(service._folder, "src", file);
        var text = await File.ReadAllTextAsync(source);
        Assert.Equal(2, text.Split(original).Length);
        await File.WriteAllTextAsync(source, text.Replace(original, replacement, StringComparison.Ordinal));
        await service.Rebuild(file.Split('/')[0]);
        return service;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task Rebuild(string project)
    {
        await OneAtATime.WaitAsync();
        try
        {
            using var build = Process.Start(new ProcessStartInfo("dotnet",
            [
                "build", Path.Combine(_folder, "src", project), "--configuration", "Debug", "--disable-build-servers",
                "-p:RunAnalyzers=false", "-p:EnforceCodeStyleInBuild=false", "-p:GenerateDocumentationFile=false",
            ])
            { WorkingDirectory = _folder, RedirectStandardOutput = true })!;
            var output = await build.StandardOutput.ReadToEndAsync();
            await build.WaitForExitAsync();
            Assert.True(build.ExitCode == 0, output);
        }
        finally
        {
            OneAtATime.Release();
        }

        File.Copy(Path.Combine(_folder, "artifacts", "bin", project, "debug", $"Velodrome.{project}.dll"), Path.Combine(_folder, "service", $"Velodrome.{project}.dll"), overwrite: true);
    }

    private static void CopyTree(string from, string to)
    {
        if (File.Exists(from))
        {
            File.Copy(from, to);
            return;
        }

        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private static string Repository([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
