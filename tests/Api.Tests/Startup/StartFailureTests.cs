using System.Diagnostics;

namespace Velodrome.Api.Tests.Startup;

/// <summary>The service as a process of its own, for what can be seen only from outside.</summary>
public sealed class StartFailureTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    [Fact]
    public async Task A_second_process_in_the_same_folder_is_refused()
    {
        app.CreateClient(); // the first

        var (exitCode, output) = await Start("--DataFolder", app.DataFolder);

        Assert.Equal(1, exitCode);
        Assert.Equal($"Another Velodrome works in the data folder {app.DataFolder}: stop that one, or set DataFolder to a folder of its own.", output.Trim());
    }

    [Theory]
    [InlineData("--Workers", "abc")]
    [InlineData("--Workers", "0")]
    [InlineData("--ThreadsPerRun", "0")]
    [InlineData("--MaxUploadMegabytes", "-1")]
    [InlineData("--urls", "nonsense")]
    [InlineData("--Role", "Nobody")]
    [InlineData("--Role", "Worker")] // on the embedded database
    [InlineData("--Database:Provider", "Postgres")] // without saying where
    [InlineData("--Database:Provider", "Oracle")]
    public async Task A_wrong_setting_ends_in_one_sentence(string setting, string value)
    {
        var (exitCode, output) = await Start("--DataFolder", Path.Combine(app.DataFolder, "other"), setting, value);

        Assert.Equal(1, exitCode);
        Assert.StartsWith("A setting is wrong:", output, StringComparison.Ordinal);
        Assert.Single(output.Trim().Split('\n'));
    }

    [Fact]
    public async Task A_database_server_that_is_not_there_ends_in_one_sentence()
    {
        var (exitCode, output) = await Start("--DataFolder", Path.Combine(app.DataFolder, "other"), "--Database:Provider", "Postgres",
            "--ConnectionStrings:Database", "Host=127.0.0.1;Port=1;Database=velodrome;Username=velodrome;Password=secret");

        Assert.Equal(1, exitCode);
        Assert.StartsWith("The database can't be reached", output, StringComparison.Ordinal);
        Assert.Single(output.Trim().Split('\n'));
        Assert.DoesNotContain("secret", output, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output)> Start(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }
}
