namespace Velodrome.Crash.Service;

/// <summary>The service as it was built: by default what `dotnet run` and `dotnet test` build beside this program.</summary>
/// <param name="Assembly">Path of Velodrome.Api.dll.</param>
public sealed record ServiceBuild(string Assembly)
{
    public static ServiceBuild Beside { get; } = new(Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "Api", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "Velodrome.Api.dll")));

    /// <exception cref="FileNotFoundException">It is not there.</exception>
    public static ServiceBuild At(string? assembly)
    {
        var build = assembly is null ? Beside : new(Path.GetFullPath(assembly));
        return File.Exists(build.Assembly) ? build : throw new FileNotFoundException($"There is no service at {build.Assembly}: build it first, or say where it is with --service.");
    }
}
