using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Velodrome.Fuzz.Checks;
using Velodrome.Fuzz.Generators;
using Velodrome.Fuzz.Requests;
using Velodrome.Postgres;
using Velodrome.Processes;

namespace Velodrome.Fuzz;

/// <summary>Starts the service, sends generated requests from several clients, and checks every response.</summary>
public sealed partial class Fuzzer
{
    private const int MaxFindings = 200;

    /// <summary>Never succeeds here: the service imports only from public addresses, and no test needs the internet.</summary>
    private const string Import = "POST /api/v1/datasets/import";

    private static readonly TimeSpan HangTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(10);

    private readonly FuzzOptions _options;
    private readonly Cluster _cluster;
    private readonly RequestGenerator _generator;
    private readonly Resources _resources;
    private readonly ResponseChecker _checker;
    private readonly ConcurrentQueue<Finding> _findings = new();
    private readonly ConcurrentDictionary<int, long> _statuses = new();
    private readonly ConcurrentDictionary<string, long> _successes = new();
    private readonly Stopwatch _stopwatch = Stopwatch.StartNew();
    private readonly MemoryWatch _memory;
    private long _next;
    private long _sent;

    private Fuzzer(
        FuzzOptions options, Cluster cluster, Resources resources, IReadOnlyList<ApiOperation> operations, IReadOnlySet<string> anyRequest)
    {
        (_options, _cluster, _resources) = (options, cluster, resources);
        _generator = new(operations, _resources, options.Seed);
        _checker = new(anyRequest);
        foreach (var operation in operations)
        {
            _successes[operation.Name] = 0;
        }

        _memory = new([.. cluster.Nodes.Select(node => node.Process.Id)]);
    }

    private bool IsOver =>
        Interlocked.Read(ref _next) >= _options.Requests || _stopwatch.Elapsed > _options.MaxTime || _findings.Count >= MaxFindings;

    private IEnumerable<string> NeverSucceeded =>
        _successes.Where(one => one.Value == 0 && one.Key != Import).Select(one => one.Key).Order();

    /// <exception cref="NotSupportedException">PostgreSQL is not installed.</exception>
    public static async Task<Report> Run(FuzzOptions options, CancellationToken cancellationToken = default)
    {
        var folder = Directory.CreateTempSubdirectory("velodrome-fuzz-").FullName;
        using var server = options.Provider == Provider.Sqlite ? null
            : PostgresServer.UnavailableReason is { } reason ? throw new NotSupportedException(reason)
            : PostgresServer.Start();
        using var cluster = server is null
            ? Cluster.OnSqlite(options.Service, folder, settings: ["--ImportHosts", "http://127.0.0.1:9;http://localhost:9;http://[::1]:9"])
            : Cluster.OnPostgres(options.Service, folder, server.NewDatabase(), workers: 1);
        options.Progress($"Seed {options.Seed}, {options.Provider}, up to {options.Requests} requests.");
        var keys = options.Keys ? await MakeKeys(cluster.ApiNode) : null;
        await cluster.Start();
        var resources = new Resources(
            keys is null ? null : new Keys(keys, cluster.ApiNode.Http!.BaseAddress!.Port),
            await SampleFile.Download(cluster.ApiNode.Http!, cancellationToken));
        var document = await cluster.ApiNode.Http!.GetFromJsonAsync<JsonElement>("/swagger/v1/swagger.json", cancellationToken);
        var operations = ApiOperation.ReadAll(document);
        var fuzzer = new Fuzzer(options, cluster, resources, operations, ApiOperation.CodesOfAnyRequest(document));
        var report = await fuzzer.Run(cancellationToken);
        if (report.Findings.Count == 0)
        {
            cluster.Dispose();
            Directory.Delete(folder, recursive: true);
        }
        else
        {
            options.Progress($"The service's log and the requests of the findings are in {folder}.");
        }

        return report;
    }

    /// <summary>Makes a key for each role, before the first start. The housekeeper uses that of the administrator.</summary>
    private static async Task<IReadOnlyList<KnownKey>> MakeKeys(Node node)
    {
        node.ApiKey = await node.AddKey("admin", "admin"); // the first key must be one
        return
        [
            new(1, node.ApiKey, Role.Admin),
            new(2, await node.AddKey("write", "write"), Role.Write),
            new(3, await node.AddKey("read", "read"), Role.Read),
        ];
    }

    private async Task<Report> Run(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var background = Task.WhenAll(new Housekeeper(_cluster.ApiNode.Http!).Run(stop.Token), Watch(stop.Token));
        await Task.WhenAll(Enumerable.Range(0, _options.Clients).Select(_ => Task.Run(() => Send(cancellationToken), cancellationToken)));
        var time = _stopwatch.Elapsed;
        await stop.CancelAsync();
        await background;
        if (_cluster.Nodes.FirstOrDefault(node => node.Process.HasExited) is { } ended)
        {
            _findings.Enqueue(new(FindingKind.Broken, $"the process {ended.Name} ended with exit code {ended.Process.ExitCode}", null));
        }

        if (_memory.Find() is { } growth)
        {
            _findings.Enqueue(growth);
        }

        return new(Figures(time), [.. _findings])
        {
            Requests = _sent,
            NeverSucceeded = [.. NeverSucceeded],
        };
    }

    private List<(string Name, string Value)> Figures(TimeSpan time) =>
    [
        ("seed", Format(_options.Seed)),
        ("requests", Format(_sent)),
        ("requests a second", Format((long)(_sent / time.TotalSeconds))),
        ("statuses", string.Join(", ", _statuses.OrderBy(status => status.Key).Select(status => $"{status.Key}: {Format(status.Value)}"))),
        ("operations", $"{_successes.Count}, never answered with success: {string.Join(", ", NeverSucceeded.DefaultIfEmpty("none"))}"),
        ("fewest successes",
            string.Join(", ", _successes.OrderBy(one => one.Value).Take(5).Select(one => $"{one.Key}: {Format(one.Value)}"))),
        ("peak memory by quarter", _memory.Quarters()),
        ("findings", Format(_findings.Count)),
    ];

    private async Task Watch(CancellationToken cancellationToken)
    {
        var last = TimeSpan.Zero;
        while (!cancellationToken.IsCancellationRequested)
        {
            _memory.Sample();
            if (_stopwatch.Elapsed - last > ProgressInterval)
            {
                last = _stopwatch.Elapsed;
                _options.Progress($"{Format(_sent)} requests, {_findings.Count} findings, {_memory.Now} MB");
            }

            await Task.Delay(TimeSpan.FromSeconds(0.5), CancellationToken.None);
        }
    }

    private async Task Send(CancellationToken cancellationToken)
    {
        var address = _cluster.ApiNode.Http!.BaseAddress!;
        await using var connection = new RawConnection(address);
        while (!IsOver && !cancellationToken.IsCancellationRequested)
        {
            var number = Interlocked.Increment(ref _next) - 1;
            var request = _generator.Make(number);
            var bytes = request.ToBytes(connection.Host);
            try
            {
                using var hang = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                hang.CancelAfter(HangTimeout);
                var response = await connection.Send(bytes, request.IsHead, hang.Token);
                Observe(number, request, bytes, response);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                Report(number, request, bytes, FindingKind.Hang, $"no response within {HangTimeout.TotalSeconds} s");
            }
            catch (IOException failure)
            {
                Report(number, request, bytes, FindingKind.Broken, failure.Message);
                await Task.Delay(100, cancellationToken); // the process may have ended
            }
        }
    }

    private void Observe(long number, RawRequest request, byte[] bytes, RawResponse response)
    {
        Interlocked.Increment(ref _sent);
        _statuses.AddOrUpdate(response.Status, 1, (_, count) => count + 1);
        if (response.Status < 300 && request.Operation is { } operation && operation.Method == request.Method)
        {
            _successes.AddOrUpdate(operation.Name, 1, (_, count) => count + 1);
        }

        foreach (var (kind, message) in _checker.Check(request, response))
        {
            Report(number, request, bytes, kind, message);
        }

        ObserveKeys(request, response);
        if (!response.Headers.TryGetValue("location", out var location))
        {
            return;
        }

        if (RunLocation().Match(location) is { Success: true } run)
        {
            _resources.AddRun(new(long.Parse(run.Groups[1].ValueSpan, CultureInfo.InvariantCulture), FeaturesOf(response)));
        }
        else if (ImportLocation().Match(location) is { Success: true } import)
        {
            _resources.AddImport(long.Parse(import.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
        }
    }

    private void ObserveKeys(RawRequest request, RawResponse response)
    {
        if (_resources.Keys is { } keys && response.Status == 201 && request.Operation is { Method: "POST", Path: "/api/v1/keys" })
        {
            using var key = JsonDocument.Parse(response.Body);
            keys.AddMade(new(
                key.RootElement.GetProperty("id").GetInt64(),
                key.RootElement.GetProperty("key").GetString()!,
                Enum.Parse<Role>(key.RootElement.GetProperty("role").GetString()!, ignoreCase: true)));
        }
        else if (response.Status == 204 && RevokedKey().Match($"{request.Method} {request.Target}") is { Success: true } revoked)
        {
            _resources.Keys?.AddRevoked(long.Parse(revoked.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
        }
    }

    private static string[] FeaturesOf(RawResponse response)
    {
        try
        {
            using var run = JsonDocument.Parse(response.Body);
            var features = run.RootElement.GetProperty("spec").GetProperty("features");
            return [.. features.EnumerateArray().Select(feature => feature.GetString()!)];
        }
        catch (JsonException)
        {
            return []; // reported as a broken body
        }
    }

    private void Report(long number, RawRequest request, byte[] bytes, FindingKind kind, string message)
    {
        var file = Path.Combine(_cluster.Folder, $"request-{number}.http");
        File.WriteAllBytes(file, bytes);
        _findings.Enqueue(new(kind, $"{message}\n  {request}", file));
    }

    private static string Format(long number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^DELETE /api/v1/keys/(\d+)")]
    private static partial Regex RevokedKey();

    [GeneratedRegex(@"^/api/v1/runs/(\d+)$")]
    private static partial Regex RunLocation();

    [GeneratedRegex(@"^/api/v1/imports/(\d+)$")]
    private static partial Regex ImportLocation();
}
