using System.Diagnostics;
using Velodrome.Crash.Tests.Kills;
using Velodrome.Processes;

namespace Velodrome.Crash.Tests.Mutations;

/// <summary>The service with a fault built in: a copy of its build in which one assembly is compiled from changed source.</summary>
internal sealed class MutatedService : IDisposable
{
    private static readonly string[] BuildInputs =
        ["src", "build", "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "global.json"];

    /// <summary>Builds run one after the other, because each uses all processors and much memory.</summary>
    private static readonly SemaphoreSlim BuildLock = new(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("velodrome-mutated-").FullName;

    private MutatedService()
    {
    }

    public ServiceBuild Build => new(Path.Combine(ServiceFolder, Path.GetFileName(SqliteKillTests.Service.AssemblyPath)));

    private string ServiceFolder => Path.Combine(_folder, "service");

    public static async Task<MutatedService> Create(Mutation mutation)
    {
        var service = new MutatedService();
        foreach (var name in BuildInputs)
        {
            Copy(Path.Combine(Mutation.RepositoryFolder, name), Path.Combine(service._folder, name));
        }

        Copy(Path.GetDirectoryName(SqliteKillTests.Service.AssemblyPath)!, service.ServiceFolder);
        await File.WriteAllTextAsync(Path.Combine(service._folder, "src", mutation.File), mutation.Apply());
        await service.Rebuild(mutation.Project);
        return service;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task Rebuild(string project)
    {
        await BuildLock.WaitAsync();
        try
        {
            using var build = Process.Start(new ProcessStartInfo("dotnet",
            [
                "build", Path.Combine(_folder, "src", project), "--configuration", "Debug", "--disable-build-servers",
                "-p:RunAnalyzers=false", "-p:EnforceCodeStyleInBuild=false", "-p:GenerateDocumentationFile=false",
            ])
            {
                WorkingDirectory = _folder,
                RedirectStandardOutput = true,
            })!;
            var output = await build.StandardOutput.ReadToEndAsync();
            await build.WaitForExitAsync();
            Assert.True(build.ExitCode == 0, output);
        }
        finally
        {
            BuildLock.Release();
        }

        var assembly = $"Velodrome.{project}.dll";
        var built = Path.Combine(_folder, "artifacts", "bin", project, "debug", assembly);
        File.Copy(built, Path.Combine(ServiceFolder, assembly), overwrite: true);
    }

    /// <summary>Copies a file, or a folder with everything in it.</summary>
    private static void Copy(string source, string target)
    {
        if (File.Exists(source))
        {
            File.Copy(source, target);
            return;
        }

        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
