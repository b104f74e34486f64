namespace Velodrome.Api.Tests.Startup;

/// <summary>The build of the service that tests start as a separate process.</summary>
internal static class ServiceAssembly
{
    /// <summary>
    /// The path of Velodrome.Api.dll: that of VELODROME_SERVICE, such as a published build, which starts faster, or else that of the build
    /// that was made with these tests.
    /// </summary>
    public static string Path { get; } =
        Environment.GetEnvironmentVariable("VELODROME_SERVICE") ?? typeof(Program).Assembly.Location;
}
