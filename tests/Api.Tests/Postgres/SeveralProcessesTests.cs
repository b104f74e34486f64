using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using Velodrome.Api.Tests.Runs;
using Velodrome.Api.Tests.Startup;
using Velodrome.Postgres;

namespace Velodrome.Api.Tests.Postgres;

/// <summary>The processes of docker-compose.yml without containers: one with the role Api and two workers, on one database.</summary>
public sealed class SeveralProcessesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("velodrome-").FullName;
    private readonly List<ServiceProcess> _processes = [];
    private string _database = "";

    [PostgresFact]
    public async Task Every_run_is_trained_exactly_once()
    {
        var (http, workers) = await StartAll();

        var ids = await Task.WhenAll(Enumerable.Range(0, 24).Select(seed =>
            http.StartRun(RunCalls.Lesson, json => json["training"]!["seed"] = seed)));
        foreach (var id in ids)
        {
            Assert.Equal("succeeded", (await http.Ended(id)).Text("status"));
        }

        Assert.Equal(["24"], Query("""SELECT count(*) FROM "Runs" WHERE "Token" = 1"""));
        Assert.Equal(workers.Length, Query("SELECT DISTINCT data ->> 'ServerId' FROM hangfire.state WHERE name = 'Processing'").Count);
        using var response = await workers[0].Http.GetAsync("/api/v1/runs");
        Assert.Equal(System.Net.HttpStatusCode.NotFound, response.StatusCode);
    }

    [PostgresFact]
    public async Task Workers_have_a_lower_priority_than_the_api()
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
    public async Task A_run_whose_worker_is_killed_ends_on_the_other_worker_bit_for_bit()
    {
        const string request = """
            { "dataset": "noisy-sine", "target": "y", "features": ["x"], "validation": { "split": "random" },
              "training": { "epochs": 1500, "batchSize": 60 }, "earlyStopping": null, "engine": "torch" }
            """;
        var (http, workers) = await StartAll();
        var undisturbed = await http.Train(request);
        var id = await http.StartRun(request);
        await http.Until(id, run => run.GetProperty("progress").GetProperty("epoch").GetInt32() > 0);

        var owner = Query($"""SELECT "LeaseOwner" FROM "Runs" WHERE "Id" = {id} AND "Status" = 'Running'""").Single();
        workers.Single(worker => owner.EndsWith($":{worker.Id}", StringComparison.Ordinal)).Kill();
        var run = await http.Ended(id);

        Assert.Equal(("succeeded", undisturbed.Text("weightsSha256")), (run.Text("status"), run.Text("weightsSha256")));
        Assert.Equal(await http.History(undisturbed.Id()), await http.History(id));
        Assert.Equal(["2"], Query($"""SELECT "Token" FROM "Runs" WHERE "Id" = {id}"""));
    }

    [PostgresFact]
    public async Task The_events_of_a_run_in_another_process_arrive_while_it_trains()
    {
        var (http, _) = await StartAll();
        var id = await http.StartRun(RunCalls.Endless);
        using (var stream = await EventStream.Open(http, id))
        {
            var epochs = 0;
            await foreach (var item in stream.Events())
            {
                Assert.All(EventStream.Epochs(item), epoch => Assert.Equal(epochs++, epoch));
                if (epochs > 300)
                {
                    break;
                }
            }
        }

        Assert.Equal("running", (await http.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{id}")).Text("status"));
        await http.PostAsync($"/api/v1/runs/{id}/cancel", null);
        await http.Ended(id);
    }

    public void Dispose()
    {
        _processes.ForEach(process => process.Dispose());
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Starts all processes together, on an empty database.</summary>
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
            "--Role", role, "--Workers", "1", "--DataFolder", _folder,
            "--Database:Provider", "Postgres", "--ConnectionStrings:Database", _database);
        _processes.Add(process);
        return process;
    }

    private List<string> Query(string query)
    {
        using var connection = new NpgsqlConnection(_database);
        connection.Open();
        using var command = new NpgsqlCommand(query, connection);
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add($"{reader.GetValue(0)}");
        }

        return rows;
    }
}
