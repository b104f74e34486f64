namespace Velodrome.Processes;

/// <summary>A build of the service.</summary>
/// <param name="AssemblyPath">Path of Velodrome.Api.dll.</param>
public sealed record ServiceBuild(string AssemblyPath)
{
    /// <summary>The build that <c>dotnet run</c> and <c>dotnet test</c> make together with this program.</summary>
    public static ServiceBuild Default { get; } = new(Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "Api", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)),
        "Velodrome.Api.dll")));

    /// <param name="assemblyPath">Null for <see cref="Default"/>.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static ServiceBuild At(string? assemblyPath)
    {
        var build = assemblyPath is null ? Default : new(Path.GetFullPath(assemblyPath));
        return File.Exists(build.AssemblyPath)
            ? build
            : throw new FileNotFoundException(
                $"{build.AssemblyPath} does not exist. Build the service, or pass the path of its assembly with --service.");
    }
}
