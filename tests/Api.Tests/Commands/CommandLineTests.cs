using System.Diagnostics;
using Velodrome.Api.Commands;
using Velodrome.Api.Settings;
using Velodrome.Api.Tests.Startup;

namespace Velodrome.Api.Tests.Commands;

public sealed class CommandLineTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    [Theory]
    [InlineData(true, "check")]
    [InlineData(true, "--help")]
    [InlineData(true, "--DataFolder", "x", "-h")]
    [InlineData(false)]
    [InlineData(false, "--DataFolder", "check")]
    [InlineData(false, "/DataFolder", "x")]
    [InlineData(false, "DataFolder=x")]
    public void A_first_word_is_a_command_and_everything_else_a_setting(bool isCommand, params string[] arguments) =>
        Assert.Equal(isCommand, CommandLine.IsCommand(arguments));

    [Fact]
    public void Every_setting_has_a_sentence_that_ends_with_its_default() => Assert.All(SettingDescription.All,
        setting => Assert.Matches("(Default|No default).*\\.$", setting.Sentence));

    [Fact]
    public async Task Help_lists_all_settings_and_commands()
    {
        var (code, output) = await Run("--help");

        Assert.Equal(0, code);
        Assert.All(SettingDescription.All, setting => Assert.Contains($"--{setting.Name} ", output, StringComparison.Ordinal));
        Assert.All(["check", "backup", "restore", "move"], command => Assert.Contains($"\n  {command} ", output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_unknown_command_is_refused()
    {
        var (code, output) = await Run("chekc");

        Assert.Equal(1, code);
        Assert.Contains("'chekc'", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_and_backup_work_while_the_service_runs_and_restore_does_not()
    {
        app.CreateClient(); // starts the service
        var backup = Path.Combine(app.DataFolder, "backup.db");

        var (written, text) = await Run("backup", backup, "--DataFolder", app.DataFolder);
        Assert.True(written == 0, text);
        var (verified, table) = await Run("check", "--DataFolder", app.DataFolder);
        Assert.True(verified == 0, table);
        Assert.Matches(@"\n +3 datasets +ok", table);
        var (restored, refusal) = await Run("restore", backup, "--DataFolder", app.DataFolder, "--force");

        Assert.Equal(1, restored);
        Assert.StartsWith("Another Velodrome process uses the data folder", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check")]
    [InlineData("backup", "copy.db")]
    public async Task A_folder_without_a_database_is_refused_in_one_line(params string[] command)
    {
        var (code, output) = await Run([.. command, "--DataFolder", Path.Combine(app.DataFolder, "none")]);

        Assert.Equal(1, code);
        Assert.StartsWith("There is no database", Assert.Single(output.Trim().Split('\n')), StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output)> Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [ServiceAssembly.Path, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }
}
