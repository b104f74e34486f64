using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Velodrome.Api.Runs;
using Velodrome.Api.Runs.Pictures;
using Velodrome.Api.Worker;

namespace Velodrome.Api.Tests.Runs;

public sealed class RunControlTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Fact]
    public async Task Three_epochs_continued_by_47_are_50_bit_for_bit()
    {
        var straight = await _http.Train(RunCalls.Lesson);
        var three = await _http.Train(RunCalls.Lesson, json => json["training"]!["epochs"] = 3);

        using var answer = await _http.Post($"/api/v1/runs/{three.Id()}/continue", """{ "additionalEpochs": 47 }""");
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var continued = await _http.Ended((await answer.Content.ReadFromJsonAsync<JsonElement>()).Id());

        Assert.Equal(three.Id(), continued.GetProperty("parentId").GetInt64());
        Assert.Equal(await _http.History(straight.Id()), await _http.History(continued.Id()));
        Assert.Equal((straight.Text("weightsSha256"), straight.Text("stopReason")), (continued.Text("weightsSha256"), continued.Text("stopReason")));
    }

    [Fact]
    public async Task A_run_that_lost_its_patience_is_granted_it_anew_when_continued()
    {
        var parent = await _http.Train(RunCalls.Lesson);
        Assert.Equal("patience", parent.Text("stopReason"));
        var ended = parent.GetProperty("progress").GetProperty("epoch").GetInt32();

        using var answer = await _http.Post($"/api/v1/runs/{parent.Id()}/continue", """{ "additionalEpochs": 4 }""");
        var child = await _http.Ended((await answer.Content.ReadFromJsonAsync<JsonElement>()).Id());

        Assert.Equal(ended + 4, child.GetProperty("progress").GetProperty("epoch").GetInt32());
    }

    [Fact]
    public async Task A_cancelled_run_keeps_its_best_weights_and_may_be_cancelled_again()
    {
        var id = await _http.StartRun(RunCalls.Endless);
        await SomeEpochs(id);

        foreach (var _ in Enumerable.Range(0, 2))
        {
            Assert.Equal(HttpStatusCode.Accepted, (await _http.PostAsync($"/api/v1/runs/{id}/cancel", null)).StatusCode);
        }

        var run = await _http.Ended(id);
        Assert.Equal(("cancelled", "cancelled"), (run.Text("status"), run.Text("stopReason")));
        Assert.Equal(run.GetProperty("bestEpoch").GetInt32(), run.GetProperty("weightsFromEpoch").GetInt32());
        Assert.Equal(HttpStatusCode.OK, (await _http.Post($"/api/v1/runs/{id}/predictions", """{ "rows": [{ "x": 1 }] }""")).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await _http.PostAsync($"/api/v1/runs/{id}/cancel", null)).StatusCode);
        Assert.Equal(run.GetProperty("finishedAt").GetDateTimeOffset(), (await _http.Ended(id)).GetProperty("finishedAt").GetDateTimeOffset());
    }

    [Fact]
    public async Task What_still_runs_or_failed_can_be_neither_continued_nor_deleted()
    {
        var id = await _http.StartRun(RunCalls.Endless);
        Assert.Equal("runNotFinished", (await Refused.Read(await _http.Post($"/api/v1/runs/{id}/continue", """{ "additionalEpochs": 1 }"""), HttpStatusCode.Conflict)).Code);
        Assert.Equal("runNotFinished", (await Refused.Read(await _http.DeleteAsync($"/api/v1/runs/{id}"), HttpStatusCode.Conflict)).Code);
        await _http.PostAsync($"/api/v1/runs/{id}/cancel", null);
        await _http.Ended(id);
        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteAsync($"/api/v1/runs/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync($"/api/v1/runs/{id}")).StatusCode);

        var failed = await _http.Train(RunCalls.Lesson, json => json["training"] = JsonNode.Parse("""{ "optimizer": "sgd", "learningRate": 10 }"""));
        Assert.Equal("runFailed", (await Refused.Read(await _http.Post($"/api/v1/runs/{failed.Id()}/continue", """{ "additionalEpochs": 1 }"""), HttpStatusCode.Conflict)).Code);
        Assert.Equal("outOfRange", (await Refused.Read(await _http.Post($"/api/v1/runs/{failed.Id()}/continue", """{ "additionalEpochs": 0 }"""), HttpStatusCode.BadRequest)).Code);
    }

    [Fact]
    public async Task A_run_outlives_the_one_that_it_went_on_from_and_its_key_is_free_again()
    {
        var parent = (await (await PostWith(RunCalls.Lesson, ("Idempotency-Key", "deleted"))).Content.ReadFromJsonAsync<JsonElement>()).Id();
        await _http.Ended(parent);
        using var answer = await _http.Post($"/api/v1/runs/{parent}/continue", """{ "additionalEpochs": 2 }""");
        var child = await _http.Ended((await answer.Content.ReadFromJsonAsync<JsonElement>()).Id());
        var history = await _http.History(child.Id());

        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteAsync($"/api/v1/runs/{parent}")).StatusCode);

        Assert.Equal(JsonValueKind.Null, (await _http.Ended(child.Id())).GetProperty("parentId").ValueKind);
        Assert.Equal(history, await _http.History(child.Id()));
        var again = await PostWith(RunCalls.Lesson, ("Idempotency-Key", "deleted"));
        Assert.NotEqual(parent, (await again.Content.ReadFromJsonAsync<JsonElement>()).Id());
    }

    [Fact]
    public async Task Runs_are_found_by_a_part_of_their_name()
    {
        var id = await _http.StartRun(RunCalls.Lesson, json => json["name"] = "Needle 100% _here");

        foreach (var (text, found) in new[] { ("NEEDLE", true), ("100%", true), ("e 1", true), ("needle_", false) })
        {
            var runs = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/runs?name={Uri.EscapeDataString(text)}");
            Assert.Equal(found ? [id] : Array.Empty<long>(), runs.GetProperty("items").EnumerateArray().Select(run => run.Id()));
        }
    }

    [Fact]
    public async Task A_dataset_that_a_run_learnt_from_can_not_be_deleted()
    {
        var run = await _http.Train(RunCalls.Lesson);

        var refused = await Refused.Read(await _http.DeleteAsync("/api/v1/datasets/study-hours"), HttpStatusCode.Conflict);

        Assert.Equal("datasetInUse", refused.Code);
        Assert.NotEqual(0, run.Id());
    }

    [Fact]
    public async Task The_same_key_and_request_start_one_run_and_another_request_none()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostWith(RunCalls.Lesson, ("Idempotency-Key", "once"))));
        var ids = await Task.WhenAll(answers.Select(async answer => (await answer.Content.ReadFromJsonAsync<JsonElement>()).Id()));

        Assert.Single(ids.Distinct());
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode));
        var other = await PostWith(RunCalls.Lesson.Replace("50", "51", StringComparison.Ordinal), ("Idempotency-Key", "once"));
        Assert.Equal("idempotencyKeyReused", (await Refused.Read(other, HttpStatusCode.UnprocessableEntity)).Code);
        Assert.Equal("wrongLength", (await Refused.Read(await PostWith(RunCalls.Lesson, ("Idempotency-Key", new string('x', 201))), HttpStatusCode.BadRequest)).Code);
    }

    [Fact]
    public async Task An_answer_may_wait_for_the_end()
    {
        var ended = await PostWith(RunCalls.Lesson, ("Prefer", "wait=60"));
        Assert.Equal(HttpStatusCode.OK, ended.StatusCode);
        Assert.Equal("succeeded", (await ended.Content.ReadFromJsonAsync<JsonElement>()).Text("status"));

        var running = await PostWith(RunCalls.Endless, ("Prefer", "respond-async, wait=1"));
        Assert.Equal(HttpStatusCode.Accepted, running.StatusCode);
        var id = (await running.Content.ReadFromJsonAsync<JsonElement>()).Id();
        await _http.PostAsync($"/api/v1/runs/{id}/cancel", null);
        await _http.Ended(id);

        foreach (var wait in new[] { "wait=61", "wait=-1", "wait", "wait=soon" })
        {
            Assert.Equal("outOfRange", (await Refused.Read(await PostWith(RunCalls.Lesson, ("Prefer", wait)), HttpStatusCode.BadRequest)).Code);
        }
    }

    private async Task SomeEpochs(long id)
    {
        while ((await _http.History(id)).Length < 3)
        {
            await Task.Delay(20);
        }
    }

    private Task<HttpResponseMessage> PostWith(string request, (string Name, string Value) header)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, "/api/v1/runs") { Content = new StringContent(request, Encoding.UTF8, "application/json") };
        message.Headers.TryAddWithoutValidation(header.Name, header.Value);
        return _http.SendAsync(message);
    }
}
