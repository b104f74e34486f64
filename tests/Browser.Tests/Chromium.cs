using System.Reflection;

namespace Velodrome.Browser.Tests;

/// <summary>The machine's own Chromium, of which Debian's package is enough; nothing is downloaded.</summary>
internal static class Chromium
{
    /// <summary>In milliseconds: what is waited for, unless a test says otherwise. Nothing becomes right by it that was wrong, and the machine may be busy.</summary>
    public const int WaitTimeout = 15_000;

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    private static readonly Lazy<Task<IBrowser>> Started = new(Start);

    /// <summary>Where it is; null where there is none.</summary>
    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    /// <summary>Why the tests can't run here; null where they can.</summary>
    public static string? Missing { get; } = Program is null
        ? $"There is no Chromium on this machine ({string.Join(", ", Names)} in PATH). Debian's package chromium has it."
        : null;

    /// <summary>One for all tests, each with pages of its own; it ends with this process.</summary>
    public static Task<IBrowser> Shared => Started.Value;

    private static async Task<IBrowser> Start()
    {
        var package = typeof(Chromium).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(known => known.Key == "PlaywrightPackage").Value;
        Environment.SetEnvironmentVariable("PLAYWRIGHT_DRIVER_SEARCH_PATH", package);
        var playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(WaitTimeout);
        return await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Program,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-dev-shm-usage"], // in containers there is no sandbox, and little shared memory
        });
    }
}
