using System.Diagnostics;
using Npgsql;
using Velodrome.Api.Tests.Runs;
using Velodrome.Api.Tests.Startup;
using Velodrome.Postgres;

namespace Velodrome.Api.Tests.Postgres;

/// <summary>What docker-compose.yml starts, as plain processes: one that answers, two that train, all on one database.</summary>
public sealed class TopologyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("velodrome-").FullName;
    private readonly List<ServiceProcess> _processes = [];
    private string _database = "";

    [PostgresFact]
    public async Task Every_run_is_trained_exactly_once()
    {
        var (http, workers) = await StartAll();

        var ids = await Task.WhenAll(Enumerable.Range(0, 24).Select(seed => http.StartRun(RunCalls.Lesson, json => json["training"]!["seed"] = seed)));
        foreach (var id in ids)
        {
            Assert.Equal("succeeded", (await http.Ended(id)).Text("status"));
        }

        Assert.Equal(["24"], Ask("""SELECT count(*) FROM "Runs" WHERE "Token" = 1"""));
        Assert.Equal(workers.Length, Ask("SELECT DISTINCT data ->> 'ServerId' FROM hangfire.state WHERE name = 'Processing'").Count);
        using var answer = await workers[0].Http.GetAsync("/api/v1/runs");
        Assert.Equal(System.Net.HttpStatusCode.NotFound, answer.StatusCode);
    }

    [PostgresFact]
    public async Task Who_trains_lets_who_answers_go_first()
    {
        var (_, workers) = await StartAll();

        Assert.Equal(ProcessPriorityClass.Normal, PriorityOf(_processes[0]));
        Assert.All(workers, worker => Assert.Equal(ProcessPriorityClass.BelowNormal, PriorityOf(worker)));

        static ProcessPriorityClass PriorityOf(ServiceProcess service)
        {
            using var process = Process.GetProcessById(service.Id);
            return process.PriorityClass;
        }
    }

    [PostgresFact]
    public async Task A_run_outlives_its_worker_bit_for_bit()
    {
        const string request = """
            { "dataset": "noisy-sine", "target": "y", "features": ["x"], "validation": { "split": "random" }, "training": { "epochs": 1500, "batchSize": 60 }, "earlyStopping": null, "engine": "torch" }
            """;
        var (http, workers) = await StartAll();
        var straight = await http.Train(request);
        var id = await http.StartRun(request);
        await http.Until(id, run => run.GetProperty("progress").GetProperty("epoch").GetInt32() > 0);

        var owner = Ask($"""SELECT "LeaseOwner" FROM "Runs" WHERE "Id" = {id} AND "Status" = 'Running'""").Single();
        workers.Single(worker => owner.EndsWith($":{worker.Id}", StringComparison.Ordinal)).Kill();
        var run = await http.Ended(id);

        Assert.Equal(("succeeded", straight.Text("weightsSha256")), (run.Text("status"), run.Text("weightsSha256")));
        Assert.Equal(await http.History(straight.Id()), await http.History(id));
        Assert.Equal(["2"], Ask($"""SELECT "Token" FROM "Runs" WHERE "Id" = {id}"""));
    }

    [PostgresFact]
    public async Task A_run_that_another_process_trains_is_watched_live()
    {
        var (http, _) = await StartAll();
        var delay = double.MaxValue;
        for (var attempt = 0; attempt < 3 && delay > 500; attempt++) // the machine may be busy with something else
        {
            delay = Math.Min(delay, await MedianDelay(http));
        }

        Assert.InRange(delay, -100, 500);
    }

    public void Dispose()
    {
        _processes.ForEach(process => process.Dispose());
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Milliseconds from an epoch's commit to its arrival, in a run that is watched to its end.</summary>
    private async Task<double> MedianDelay(HttpClient http)
    {
        var id = await http.StartRun("""
            { "dataset": "noisy-sine", "target": "y", "features": ["x"], "validation": { "split": "random" }, "training": { "epochs": 300 }, "earlyStopping": null }
            """);
        using var ended = new CancellationTokenSource();
        var committed = Task.Run(() => WatchCommits(id, ended.Token));
        var (epochs, arrived) = (new List<int>(), new List<(int Epoch, long At)>());
        using (var stream = await EventStream.Open(http, id))
        {
            await foreach (var item in stream.Events())
            {
                epochs.AddRange(EventStream.Epochs(item));
                if (EventStream.Epochs(item).Any())
                {
                    arrived.Add((epochs[^1], TimeProvider.System.GetTimestamp()));
                }
            }
        }

        await ended.CancelAsync();
        var seen = await committed;
        Assert.Equal(Enumerable.Range(0, 301), epochs);
        var delays = arrived.Where(one => seen.Any(commit => commit.Epoch >= one.Epoch))
            .Select(one => TimeProvider.System.GetElapsedTime(seen.First(commit => commit.Epoch >= one.Epoch).At, one.At).TotalMilliseconds).Order().ToArray();
        return delays[delays.Length / 2];
    }

    /// <summary>All at once, on an empty database.</summary>
    private async Task<(HttpClient Http, ServiceProcess[] Workers)> StartAll()
    {
        _database = PostgresServer.Shared.NewDatabase();
        var (api, workers) = (Start("Api"), new[] { Start("Worker"), Start("Worker") });
        await Task.WhenAll(_processes.Select(process => process.Ready()));
        return (api.Http, workers);
    }

    private ServiceProcess Start(string role)
    {
        var process = ServiceProcess.Start(
            "--Role", role, "--Workers", "1", "--DataFolder", _folder, "--Database:Provider", "Postgres", "--ConnectionStrings:Database", _database);
        _processes.Add(process);
        return process;
    }

    /// <summary>When each newest epoch was first there to be read.</summary>
    private List<(int Epoch, long At)> WatchCommits(long id, CancellationToken end)
    {
        var seen = new List<(int Epoch, long At)>();
        while (!end.IsCancellationRequested)
        {
            if (int.TryParse(Ask($"""SELECT max("Number") FROM "Epochs" WHERE "RunId" = {id}""").Single(), out var epoch) && (seen.Count == 0 || seen[^1].Epoch < epoch))
            {
                seen.Add((epoch, TimeProvider.System.GetTimestamp()));
            }

            Thread.Sleep(5);
        }

        return seen;
    }

    private List<string> Ask(string query)
    {
        using var connection = new NpgsqlConnection(_database);
        connection.Open();
        using var command = new NpgsqlCommand(query, connection);
        using var reader = command.ExecuteReader();
        var answers = new List<string>();
        while (reader.Read())
        {
            answers.Add($"{reader.GetValue(0)}");
        }

        return answers;
    }
}
