using System.Reflection;

namespace Velodrome.Browser.Tests;

/// <summary>The Chromium that is installed on this machine. Nothing is downloaded; Debian's package is enough.</summary>
internal static class Chromium
{
    /// <summary>Milliseconds that a test waits for an element, unless it says otherwise.</summary>
    public static readonly int WaitTimeout = (int)Wait.Limit.TotalMilliseconds;

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    private static readonly Lazy<Task<IBrowser>> Started = new(() => Launch());

    /// <summary>The path of Chromium; null if it is not installed.</summary>
    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => Names.Select(name => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    /// <summary>The reason to skip the tests; null if they can run.</summary>
    public static string? Missing { get; } = Program is null
        ? $"There is no Chromium on this machine ({string.Join(", ", Names)} in PATH). Install Debian's package chromium."
        : null;

    /// <summary>The browser that all tests share. It ends with this process.</summary>
    public static Task<IBrowser> Shared => Started.Value;

    /// <summary>Starts another browser, with arguments of its own.</summary>
    public static async Task<IBrowser> Launch(params string[] arguments)
    {
        var package = typeof(Chromium).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(metadata => metadata.Key == "PlaywrightPackage").Value;
        Environment.SetEnvironmentVariable("PLAYWRIGHT_DRIVER_SEARCH_PATH", package);
        var playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(WaitTimeout);
        return await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Program,
            // Containers have no sandbox, and little shared memory.
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-dev-shm-usage",
                .. arguments,
            ],
        });
    }
}
