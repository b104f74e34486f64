using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Velodrome.Api.Datasets;
using Velodrome.Api.Datasets.Formats.Import;
using Velodrome.Api.Tests.Runs;
using Velodrome.Data;
using Velodrome.Data.Datasets.Imports;

namespace Velodrome.Api.Tests.Datasets.Imports;

/// <summary>Imports that go on after the response.</summary>
public sealed class BackgroundImportTests : IAsyncLifetime
{
    private const string Csv = "x,y\n1,2\n2,4\n3,6\n4,8\n";

    private VelodromeApp _app = null!;
    private HeldServer _held = null!;

    public async Task InitializeAsync() => (_app, _held) = (new(), await HeldServer.Start());

    public async Task DisposeAsync()
    {
        await _held.DisposeAsync();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task An_upload_that_prefers_it_is_imported_after_the_response()
    {
        using var host = Host();
        var http = host.CreateClient();

        var accepted = await (await http.PostPreferring("respond-async", "name=t%20%C3%A4", Csv)).Accepted();
        var ended = await http.ImportEnded(accepted.Id());

        Assert.Equal(("t ä", Csv.Length, Csv.Length), (accepted.Text("dataset"),
            accepted.GetProperty("receivedBytes").GetInt32(), accepted.GetProperty("totalBytes").GetInt32()));
        Assert.Equal(("succeeded", 4, 1.0, 1), (ended.Text("status"), ended.GetProperty("rows").GetInt32(),
            ended.GetProperty("fraction").GetDouble(), ended.GetProperty("version").GetInt32()));
        var dataset = await http.GetFromJsonAsync<JsonElement>(ended.GetProperty("links").Text("dataset"));
        Assert.Equal(4, dataset.GetProperty("rows").GetInt32());
        var listed = (await http.GetFromJsonAsync<JsonElement>("/api/v1/imports")).GetProperty("items");
        Assert.Equal([accepted.Id()], listed.EnumerateArray().Select(import => import.Id()));
    }

    [Fact]
    public async Task The_same_upload_again_succeeds_with_the_stored_dataset()
    {
        using var host = Host();
        var http = host.CreateClient();
        Assert.Equal(HttpStatusCode.Created, (await http.PostCsv("t", Csv)).StatusCode);

        var ended = await http.ImportEnded((await (await http.PostPreferring("respond-async", "name=t", Csv)).Accepted()).Id());

        Assert.Equal(("succeeded", 1), (ended.Text("status"), ended.GetProperty("version").GetInt32()));
    }

    [Theory]
    [InlineData("respond-async, wait=60")]
    [InlineData("wait=60, Respond-Async")]
    public async Task An_import_that_ends_while_the_caller_waits_gets_the_usual_response(string prefer)
    {
        using var host = Host();
        var http = host.CreateClient();

        var created = await http.PostPreferring(prefer, "name=t", Csv);
        var refused = await http.PostPreferring(prefer, "name=u", "x,y\n1\n");

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.False(created.Headers.Contains("Preference-Applied"));
        Assert.Equal("raggedRow", (await Refused.Read(refused, HttpStatusCode.BadRequest)).Code);
    }

    [Theory]
    [InlineData("name=t&dryRun=true", HttpStatusCode.OK)]
    [InlineData("name=%2F", HttpStatusCode.BadRequest)]
    [InlineData("name=t&options=%7B%22delimiter%22:1%7D", HttpStatusCode.BadRequest)]
    public async Task What_needs_no_look_into_the_file_is_answered_at_once(string query, HttpStatusCode status)
    {
        using var host = Host();

        var response = await host.CreateClient().PostPreferring("respond-async", query, Csv);

        Assert.Equal(status, response.StatusCode);
        Assert.False(response.Headers.Contains("Preference-Applied"));
    }

    [Fact]
    public async Task A_wait_that_is_too_long_is_refused_before_the_file_is_received()
    {
        using var host = Host();

        var response = await host.CreateClient().PostPreferring("respond-async, wait=61", "name=t", Csv);

        Assert.Equal("outOfRange", (await Refused.Read(response, HttpStatusCode.BadRequest)).Code);
    }

    [Fact]
    public async Task A_refusal_in_the_background_is_the_error_of_the_import()
    {
        using var host = Host();
        var http = host.CreateClient();
        var expected = await Refused.Read(await http.PostCsv("t", "x,y\n1,2\n3\n"), HttpStatusCode.BadRequest);

        var ended = await http.ImportEnded((await (await http.PostPreferring("respond-async", "name=t", "x,y\n1,2\n3\n")).Accepted()).Id());

        Assert.Equal("failed", ended.Text("status"));
        Assert.Equal(
            (expected.Code, expected.Detail, expected.Status),
            (ended.GetProperty("error").Text("code"), ended.GetProperty("error").Text("detail"),
                ended.GetProperty("error").GetProperty("status").GetInt32()));
        await AssertNothingIsLeft(host, "t");
    }

    [Fact]
    public async Task A_download_shows_what_was_received_and_is_then_stored()
    {
        using var host = Host();
        var http = host.CreateClient();

        var accepted = await http.ImportInBackground($"{_held.Origin}/held.csv", "held");
        var receiving = await http.ImportUntil(accepted.Id(), import => import.GetProperty("receivedBytes").GetInt32() > 0);
        _held.GoOn();
        var ended = await http.ImportEnded(accepted.Id());

        Assert.Equal("receiving", receiving.Text("status"));
        Assert.Equal(Csv.Length, receiving.GetProperty("totalBytes").GetInt32());
        Assert.InRange(receiving.GetProperty("fraction").GetDouble(), 0.1, 0.9);
        Assert.Equal(("succeeded", 4), (ended.Text("status"), ended.GetProperty("rows").GetInt32()));
    }

    [Fact]
    public async Task A_cancelled_import_leaves_nothing_and_cancelling_it_again_changes_nothing()
    {
        using var host = Host();
        var http = host.CreateClient();
        var accepted = await http.ImportInBackground($"{_held.Origin}/held.csv", "held");
        await http.ImportUntil(accepted.Id(), import => import.GetProperty("receivedBytes").GetInt32() > 0);

        var cancelled = await http.CancelImport(accepted.Id());

        Assert.Equal("cancelled", cancelled.Text("status"));
        await AssertNothingIsLeft(host, "held");
        Assert.Equal(cancelled.GetRawText(), (await http.CancelImport(accepted.Id())).GetRawText());
    }

    [Fact]
    public async Task An_import_that_another_process_has_cancelled_ends_at_its_next_report()
    {
        using var host = Host();
        var http = host.CreateClient();
        var accepted = await http.ImportInBackground($"{_held.Origin}/held.csv", "held");
        await http.ImportUntil(accepted.Id(), import => import.GetProperty("receivedBytes").GetInt32() > 0);

        await host.Services.GetRequiredService<ImportStore>().Cancel(accepted.Id()); // as the other process does

        await AssertNothingIsLeft(host, "held");
        Assert.Equal("cancelled", (await http.GetImport(accepted.Id())).Text("status"));
    }

    [Fact]
    public async Task The_service_stops_without_waiting_for_imports_and_says_that_they_were_interrupted()
    {
        long stopped, killed;
        using (var host = Host())
        {
            var http = host.CreateClient();
            stopped = (await http.ImportInBackground($"{_held.Origin}/held.csv", "held")).Id();
            await http.ImportUntil(stopped, import => import.GetProperty("receivedBytes").GetInt32() > 0);
        }

        Assert.Empty(Directory.GetFiles(_app.DataFolder, "*.upload"));
        using (var host = Host())
        {
            var http = host.CreateClient();
            Assert.Equal("importInterrupted", (await http.GetImport(stopped)).GetProperty("error").Text("code"));
            var state = new ImportState(ImportStatus.Storing, "held", 1, 1, 1, 0.5);
            killed = (await host.Services.GetRequiredService<ImportStore>().Add(owner: null, state)).Id; // as if its process were killed
        }

        using var next = Host();
        var interrupted = await next.CreateClient().GetImport(killed);
        Assert.Equal(("failed", "importInterrupted"), (interrupted.Text("status"), interrupted.GetProperty("error").Text("code")));
    }

    [Fact]
    public async Task An_import_in_the_background_counts_as_an_upload_until_it_has_ended()
    {
        using var host = Host(("Quotas:UploadsAtATime", "1"));
        var http = host.CreateClient();
        var accepted = await http.ImportInBackground($"{_held.Origin}/held.csv", "held");

        var uploads = Enumerable.Range(0, 101).Select(_ => http.PostCsv("t", Csv)).ToList();
        var first = await Task.WhenAny(uploads).WaitAsync(Wait.Limit); // 100 wait for the import

        Assert.Equal("tooManyRequests", (await Refused.Read(await first, HttpStatusCode.TooManyRequests)).Code);
        await http.CancelImport(accepted.Id());
        uploads.Remove(first);
        Assert.All(await Task.WhenAll(uploads), upload => Assert.True(upload.IsSuccessStatusCode, $"{upload.StatusCode}"));
    }

    private WebApplicationFactory<Program> Host(params (string Name, string Value)[] settings)
    {
        var host = _app.WithWebHostBuilder(builder =>
        {
            builder.UseSetting("ImportHosts", _held.Origin);
            foreach (var (name, value) in settings)
            {
                builder.UseSetting(name, value);
            }
        });
        host.Services.GetRequiredService<PublicAddresses>().AllowsLoopback = true;
        return host;
    }

    /// <summary>Waits until the temporary files are gone, and checks that no dataset is stored, visible or not.</summary>
    private static async Task AssertNothingIsLeft(WebApplicationFactory<Program> host, string name)
    {
        var spool = host.Services.GetRequiredService<Spool>();
        await Wait.Until(() => spool.Bytes == 0, () => $"{spool.Bytes} bytes");
        await using var database = host.Services.GetRequiredService<IDbContextFactory<TrainingDbContext>>().CreateDbContext();
        Assert.False(await database.Datasets.IgnoreQueryFilters().AnyAsync(dataset => dataset.Name == name));
    }
}
