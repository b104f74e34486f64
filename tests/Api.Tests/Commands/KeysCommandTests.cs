using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Velodrome.Api.Tests.Startup;
using Velodrome.Postgres;

namespace Velodrome.Api.Tests.Commands;

/// <summary>The command <c>keys</c>, as a process of its own.</summary>
public sealed class KeysCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("velodrome-").FullName;

    [Fact]
    public Task Keys_are_made_listed_and_revoked_before_the_first_start() => MakeListAndRevoke("--DataFolder", _folder);

    [PostgresFact]
    public Task Keys_are_made_listed_and_revoked_on_postgres() => MakeListAndRevoke("--DataFolder", _folder,
        "--Database:Provider", "Postgres", "--ConnectionStrings:Database", PostgresServer.Shared.NewDatabase());

    [Fact]
    public async Task A_key_that_is_made_while_the_service_runs_works()
    {
        using var app = new VelodromeApp();
        var http = app.CreateClient(); // holds the lock of the folder

        var made = await Run("keys", "add", "me", "--role", "admin", "--DataFolder", app.DataFolder);

        Assert.Equal(0, made.ExitCode);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made.Output);
        var session = JsonElement.Parse("{}");
        await Wait.Until(
            async () =>
            {
                session = await http.GetFromJsonAsync<JsonElement>("/api/v1/session");
                return session.TryGetProperty("name", out var name) && name.GetString() == "me";
            },
            () => $"the key does not work: {session}");
    }

    [Fact]
    public async Task A_refusal_is_one_line()
    {
        var result = await Run("keys", "add", "ci", "--role", "write", "--DataFolder", _folder);

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("There is no active key with the role admin", Assert.Single(result.Error.Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--role", "keys", "add", "me")]
    [InlineData("owner", "keys", "add", "me", "--role", "owner")]
    [InlineData("Workers", "keys", "list", "--Workers", "none")]
    public async Task A_wrong_call_says_what_is_wrong(string found, params string[] arguments)
    {
        var result = await Run([.. arguments, "--DataFolder", _folder]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(found, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task MakeListAndRevoke(params string[] settings)
    {
        var made = await Run(["keys", "add", "me", "--role", "admin", .. settings]);
        Assert.Equal(0, made.ExitCode);
        Assert.Matches("^vd_[A-Za-z0-9_-]{43}$", made.Output);
        var active = await Run(["keys", "list", .. settings]);
        Assert.Matches(@"^NAME  ROLE   CREATED           REVOKED\nme    admin  \d{4}-\d\d-\d\d \d\d:\d\d$", active.Output);

        var revoked = await Run(["keys", "revoke", "me", .. settings]);
        Assert.Equal((0, "The key of \"me\" is revoked."), (revoked.ExitCode, revoked.Error));

        Assert.Matches(@"\nme    admin  [\d: -]{16}  [\d: -]{16}$", (await Run(["keys", "list", .. settings])).Output);
        var again = await Run(["keys", "revoke", "me", .. settings]);
        Assert.Equal((1, "There is no active key \"me\"."), (again.ExitCode, again.Error));
    }

    private static async Task<(int ExitCode, string Output, string Error)> Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [ServiceAssembly.Path, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, (await output).Trim(), (await error).Trim());
    }
}
