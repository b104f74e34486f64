using System.CommandLine;
using System.Globalization;
using Velodrome.Fuzz.Requests;
using Velodrome.Processes;

namespace Velodrome.Fuzz;

internal static class CommandLine
{
    private static readonly Option<long> Requests = Own("--requests", "The number of requests.", 10_000L);
    private static readonly Option<int> Seconds = Own("--seconds", "Stop after this time even if fewer requests were sent.", 86_400);
    private static readonly Option<Provider> ProviderOption = Own("--provider", "The service's database.", Provider.Sqlite);
    private static readonly Option<int> Seed = Own("--seed", "Chooses the requests.", 1);
    private static readonly Option<int> Clients = Own("--clients", "The number of connections that send at the same time.", 4);
    private static readonly Option<bool> Open = Own("--open", "Give the service no keys, so that everyone may do everything.", false);
    private static readonly Option<string?> Service = new("--service")
    {
        Description = "The path of Velodrome.Api.dll, to test another build of the service.",
    };

    public static RootCommand Root()
    {
        var root = new RootCommand(
            "Sends requests that are valid, nearly valid and nonsense to the service, and checks every response. " +
            "Exits with 1 if there are findings, and with 2 if this machine cannot run it.")
        {
            Requests, Seconds, ProviderOption, Seed, Clients, Open, Service, Replay(),
        };
        root.SetAction((parsed, cancellationToken) => Run(new FuzzOptions
        {
            Requests = parsed.GetValue(Requests),
            MaxTime = TimeSpan.FromSeconds(parsed.GetValue(Seconds)),
            Provider = parsed.GetValue(ProviderOption),
            Seed = parsed.GetValue(Seed),
            Clients = parsed.GetValue(Clients),
            Keys = !parsed.GetValue(Open),
            Service = ServiceBuild.At(parsed.GetValue(Service)),
            Progress = Console.WriteLine,
        }, cancellationToken));
        return root;
    }

    private static Option<T> Own<T>(string name, string description, T defaultValue) =>
        new(name) { Description = description, DefaultValueFactory = _ => defaultValue };

    /// <returns>The exit code.</returns>
    private static async Task<int> Run(FuzzOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var report = await Fuzzer.Run(options, cancellationToken);
            Console.WriteLine();
            Console.WriteLine(report);
            return report.Findings.Count == 0 ? 0 : 1;
        }
        catch (NotSupportedException unsupported)
        {
            Console.Error.WriteLine(unsupported.Message);
            return 2;
        }
    }

    private static Command Replay()
    {
        var file = new Argument<FileInfo>("file") { Description = "The file of a finding." };
        var address = new Argument<Uri>("address") { Description = "The service, such as http://127.0.0.1:5080." };
        var command = new Command("replay", "Sends the request of a finding again, and prints the response.") { file, address };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var connection = new RawConnection(parsed.GetRequiredValue(address));
            var bytes = await File.ReadAllBytesAsync(parsed.GetRequiredValue(file).FullName, cancellationToken);
            var response = await connection.Send(bytes, isHead: false, cancellationToken);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{response.Status} {response.ContentType}\n{response.Text}"));
            return 0;
        });
        return command;
    }
}
