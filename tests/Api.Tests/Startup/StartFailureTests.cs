using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Npgsql;
using Velodrome.Api.Startup;

namespace Velodrome.Api.Tests.Startup;

/// <summary>Tests what a failed start shows to the person who starts the service.</summary>
public sealed class StartFailureTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    [Fact]
    public async Task A_second_process_in_the_same_folder_is_refused()
    {
        app.CreateClient(); // the first

        var output = await FailToStart("--DataFolder", app.DataFolder);

        Assert.Equal(
            $"Another Velodrome process uses the data folder {app.DataFolder}. Stop that process, or set DataFolder to a different folder.",
            output);
    }

    [Theory]
    [InlineData("--Workers", "abc")]
    [InlineData("--Workers", "0")]
    [InlineData("--ThreadsPerRun", "0")]
    [InlineData("--MaxUploadMegabytes", "-1")]
    [InlineData("--Quotas:QueuedRuns", "0")]
    [InlineData("--urls", "nonsense")]
    [InlineData("--urls", "ftp://127.0.0.1:5080")]
    [InlineData("--urls", "http://127.0.0.1:5080/velodrome")]
    [InlineData("--urls", "http://127.0.0.1:99999")]
    [InlineData("--urls", "http://localhost:0")]
    [InlineData("--Role", "Nobody")]
    [InlineData("--Role", "Worker")] // needs PostgreSQL
    [InlineData("--Database:Provider", "Postgres")] // needs ConnectionStrings:Database
    [InlineData("--Database:Provider", "Oracle")]
    public async Task A_wrong_setting_is_reported_in_one_line(string setting, string value)
    {
        var output = await FailToStart("--DataFolder", Path.Combine(app.DataFolder, "other"), setting, value);

        Assert.StartsWith("A setting is wrong:", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("velodrome.invalid")] // RFC 2606: no such name
    public async Task A_database_server_that_does_not_respond_is_reported_in_one_line(string host)
    {
        var output = await FailToStart("--DataFolder", Path.Combine(app.DataFolder, "other"), "--Database:Provider", "Postgres",
            "--ConnectionStrings:Database", $"Host={host};Port=1;Database=velodrome;Username=velodrome;Password=secret");

        Assert.StartsWith("The database can't be reached", output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_in_use_is_reported_with_a_command_that_uses_another_one()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        var output = await FailToStart("--DataFolder", Path.Combine(app.DataFolder, "busy"), "--urls", $"http://{other.LocalEndpoint}");

        Assert.StartsWith($"Failed to bind to address http://{other.LocalEndpoint}: address already", output, StringComparison.Ordinal);
        Assert.EndsWith($"dotnet {ServiceAssembly.Path} --urls http://127.0.0.1:5090", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_of_another_machine_is_reported_in_one_line()
    {
        var output = await FailToStart(
            "--DataFolder", Path.Combine(app.DataFolder, "elsewhere"),
            "--Access:AllowAnonymous", "true", "--Logging:LogLevel:Default", "Error", // without the warning that it is open
            "--urls", "http://192.0.2.1:5080"); // RFC 5737: no such address

        Assert.StartsWith("The address in --urls does not belong to this machine", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Https_without_a_certificate_is_reported_in_one_line() => Assert.StartsWith(
        "An https address needs a certificate. Set Kestrel:Certificates:Default:Path",
        await FailToStart("--DataFolder", Path.Combine(app.DataFolder, "tls"), "--urls", "https://127.0.0.1:0"),
        StringComparison.Ordinal);

    [Theory]
    [InlineData(false, "A setting is wrong: Kestrel:Certificates:Default:Path is \"")]
    [InlineData(true, "A certificate in Kestrel's settings can't be used")]
    public async Task A_certificate_that_is_missing_or_damaged_is_reported_in_one_line(bool exists, string expected)
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.pfx");
        if (exists)
        {
            await File.WriteAllTextAsync(file, "no certificate");
        }

        var output = await FailToStart("--DataFolder", Path.Combine(app.DataFolder, "tls"), "--urls", "https://127.0.0.1:0",
            "--Kestrel:Certificates:Default:Path", file);

        File.Delete(file);
        Assert.StartsWith(expected, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://127.0.0.1:0;http://[::]:0")]
    public async Task A_service_that_other_machines_can_reach_needs_a_key(string addresses)
    {
        var output = await FailToStart("--DataFolder", Path.Combine(app.DataFolder, "reachable"), "--urls", addresses);

        Assert.StartsWith($"A setting is wrong: Other machines can reach {addresses.Split(';')[^1]},", output, StringComparison.Ordinal);
        Assert.Contains("keys add NAME --role admin", output, StringComparison.Ordinal);
    }

    public static TheoryData<Exception, string> FailuresThatTheUserCanFix => new()
    {
        { new IOException("Address in use.", new AddressInUseException("in use")), "choose another one: dotnet " },
        { new IOException("localhost", new AggregateException(new SocketException((int)SocketError.AccessDenied))), "above 1023: dotnet " },
        { new SocketException((int)SocketError.AccessDenied), "above 1023: dotnet " },
        { new SocketException((int)SocketError.AddressNotAvailable), "does not belong to this machine" },
        { new NpgsqlException("refused", new SocketException((int)SocketError.ConnectionRefused)), "that the server runs" },
        { new PostgresException("wrong password", "FATAL", "FATAL", PostgresErrorCodes.InvalidPassword), "(wrong password)" },
        { new PostgresException("no database", "FATAL", "FATAL", PostgresErrorCodes.InvalidCatalogName), "(no database)" },
    };

    [Theory]
    [MemberData(nameof(FailuresThatTheUserCanFix))]
    public void A_failure_that_the_user_can_fix_is_explained(Exception failure, string explanation) =>
        Assert.Contains(explanation, StartFailure.Describe(failure), StringComparison.Ordinal);

    public static TheoryData<Exception> OtherFailures =>
    [
        new FileNotFoundException("Could not load file or assembly 'Velodrome.Data'."),
        new FileLoadException("Could not load file or assembly 'Velodrome.Data'."),
        new DirectoryNotFoundException("Could not find a part of the path."),
        new IOException("No space left on device."),
        new IOException("The handshake failed.", new InvalidOperationException()),
        new FormatException("The input string 'x' was not in a correct format."),
        new InvalidOperationException("A bug.", new ArgumentException("A bug.")),
        new SocketException((int)SocketError.ConnectionReset),
        new PostgresException("syntax error", "ERROR", "ERROR", PostgresErrorCodes.SyntaxError),
        new NpgsqlException("The operation has timed out."),
    ];

    [Theory]
    [MemberData(nameof(OtherFailures))]
    public void Any_other_failure_keeps_its_stack_trace(Exception failure) => Assert.Null(StartFailure.Describe(failure));

    /// <summary>Expects one line of output and the exit code 1.</summary>
    private static async Task<string> FailToStart(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [ServiceAssembly.Path, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["HOME"] = Path.GetTempPath() }, // where there is no developer certificate
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        var text = (await output + await error).Trim();
        Assert.Equal(1, process.ExitCode);
        Assert.Single(text.Split('\n'));
        return text;
    }
}
