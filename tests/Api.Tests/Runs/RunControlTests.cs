using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Velodrome.Api.Tests.Runs;

public sealed class RunControlTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Fact]
    public async Task Three_epochs_continued_by_47_equal_50_bit_for_bit()
    {
        var fifty = await _http.Train(RunCalls.Lesson);
        var three = await _http.Train(RunCalls.Lesson, json => json["training"]!["epochs"] = 3);

        var continued = await _http.Ended((await Continue(three.Id(), 47)).Id());

        Assert.Equal(three.Id(), continued.GetProperty("parentId").GetInt64());
        Assert.Equal(await _http.History(fifty.Id()), await _http.History(continued.Id()));
        Assert.Equal(fifty.Text("weightsSha256"), continued.Text("weightsSha256"));
        Assert.Equal(fifty.Text("stopReason"), continued.Text("stopReason"));
    }

    [Fact]
    public async Task Patience_starts_again_when_a_run_is_continued()
    {
        var parent = await _http.Train(RunCalls.Lesson);
        Assert.Equal("patience", parent.Text("stopReason"));

        var child = await _http.Ended((await Continue(parent.Id(), 4)).Id());

        Assert.Equal(Epoch(parent) + 4, Epoch(child));
    }

    [Fact]
    public async Task A_cancelled_run_keeps_its_best_weights_and_may_be_cancelled_again()
    {
        var id = await _http.StartRun(RunCalls.Endless);
        await _http.Until(id, run => Epoch(run) > 3);

        Assert.Equal(HttpStatusCode.Accepted, await Cancel(id));
        Assert.Equal(HttpStatusCode.Accepted, await Cancel(id));

        var run = await _http.Ended(id);
        Assert.Equal(("cancelled", "cancelled"), (run.Text("status"), run.Text("stopReason")));
        Assert.Equal(run.GetProperty("bestEpoch").GetInt32(), run.GetProperty("weightsFromEpoch").GetInt32());
        using var prediction = await _http.Post($"/api/v1/runs/{id}/predictions", """{ "rows": [{ "x": 1 }] }""");
        Assert.Equal(HttpStatusCode.OK, prediction.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, await Cancel(id));
        Assert.Equal(run.Text("finishedAt"), (await _http.Ended(id)).Text("finishedAt"));
    }

    [Fact]
    public async Task A_run_can_be_neither_continued_nor_deleted_before_it_ends()
    {
        var id = await _http.StartRun(RunCalls.Endless);

        await RefusedContinue(id, 1, HttpStatusCode.Conflict, "runNotFinished");
        var refused = await Refused.Read(await _http.DeleteAsync($"/api/v1/runs/{id}"), HttpStatusCode.Conflict);
        Assert.Equal("runNotFinished", refused.Code);

        await Cancel(id);
        await _http.Ended(id);
        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteAsync($"/api/v1/runs/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync($"/api/v1/runs/{id}")).StatusCode);
    }

    [Fact]
    public async Task A_failed_run_cannot_be_continued()
    {
        var diverging = JsonNode.Parse("""{ "optimizer": "sgd", "learningRate": 10 }""");
        var failed = await _http.Train(RunCalls.Lesson, json => json["training"] = diverging);

        await RefusedContinue(failed.Id(), 1, HttpStatusCode.Conflict, "runFailed");
        await RefusedContinue(failed.Id(), 0, HttpStatusCode.BadRequest, "outOfRange");
    }

    [Fact]
    public async Task A_run_with_a_schedule_is_continued_up_to_its_epochs_and_not_beyond()
    {
        static void Cosine(JsonObject json) =>
            json["training"] = JsonNode.Parse("""{ "epochs": 50, "schedule": "cosine", "learningRate": 0.03, "seed": 7 }""");
        var parent = await _http.Train(RunCalls.Lesson, Cosine);
        var whole = await _http.Train(RunCalls.Lesson, json =>
        {
            Cosine(json);
            json["earlyStopping"] = null;
        });
        Assert.Equal(("patience", "maxEpochs"), (parent.Text("stopReason"), whole.Text("stopReason")));
        var remaining = 50 - Epoch(parent);

        await RefusedContinue(parent.Id(), remaining + 1, HttpStatusCode.Conflict, "scheduleFixed");
        await RefusedContinue(parent.Id(), remaining - 1, HttpStatusCode.Conflict, "scheduleFixed");
        await RefusedContinue(whole.Id(), 1, HttpStatusCode.Conflict, "scheduleFixed");

        var child = await _http.Ended((await Continue(parent.Id(), remaining)).Id());
        var history = await _http.History(child.Id());
        Assert.True(Epoch(child) > Epoch(parent));
        Assert.Equal((await _http.History(whole.Id())).Take(history.Length), history);
    }

    [Fact]
    public async Task A_deleted_run_leaves_its_continuation_complete_and_its_key_free()
    {
        var parent = (await (await PostWith("Idempotency-Key", "deleted")).Content.ReadFromJsonAsync<JsonElement>()).Id();
        await _http.Ended(parent);
        var child = await _http.Ended((await Continue(parent, 2)).Id());
        var history = await _http.History(child.Id());

        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteAsync($"/api/v1/runs/{parent}")).StatusCode);

        Assert.Equal(JsonValueKind.Null, (await _http.Ended(child.Id())).GetProperty("parentId").ValueKind);
        Assert.Equal(history, await _http.History(child.Id()));
        var repeated = await PostWith("Idempotency-Key", "deleted");
        Assert.NotEqual(parent, (await repeated.Content.ReadFromJsonAsync<JsonElement>()).Id());
    }

    [Fact]
    public async Task Runs_are_found_by_a_part_of_their_name()
    {
        var id = await _http.StartRun(RunCalls.Lesson, json => json["name"] = "Needle 100% _here");

        foreach (var (text, isFound) in new[] { ("NEEDLE", true), ("100%", true), ("e 1", true), ("needle_", false) })
        {
            var runs = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/runs?name={Uri.EscapeDataString(text)}");
            var ids = runs.GetProperty("items").EnumerateArray().Select(run => run.Id());
            Assert.Equal(isFound ? [id] : Array.Empty<long>(), ids);
        }
    }

    [Fact]
    public async Task A_dataset_that_a_run_uses_cannot_be_deleted()
    {
        await _http.Train(RunCalls.Lesson);

        var refused = await Refused.Read(await _http.DeleteAsync("/api/v1/datasets/study-hours"), HttpStatusCode.Conflict);

        Assert.Equal("datasetInUse", refused.Code);
    }

    [Fact]
    public async Task A_repeated_key_starts_one_run_and_is_refused_for_a_different_request()
    {
        var responses = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostWith("Idempotency-Key", "once")));
        var runs = await Task.WhenAll(responses.Select(response => response.Content.ReadFromJsonAsync<JsonElement>()));

        Assert.Single(runs.Select(run => run.Id()).Distinct());
        Assert.All(responses, response => Assert.Equal(HttpStatusCode.Accepted, response.StatusCode));
        var different = await PostWith("Idempotency-Key", "once", RunCalls.Lesson.Replace("50", "51", StringComparison.Ordinal));
        Assert.Equal("idempotencyKeyReused", (await Refused.Read(different, HttpStatusCode.UnprocessableEntity)).Code);
        var withDefault = RunCalls.Lesson.Replace("\"relu\"", "\"relu\", \"dropout\": 0", StringComparison.Ordinal);
        var named = await PostWith("Idempotency-Key", "once", withDefault);
        Assert.Equal("idempotencyKeyReused", (await Refused.Read(named, HttpStatusCode.UnprocessableEntity)).Code);
        var tooLong = await PostWith("Idempotency-Key", new string('x', 201));
        Assert.Equal("wrongLength", (await Refused.Read(tooLong, HttpStatusCode.BadRequest)).Code);
    }

    [Fact]
    public async Task A_response_may_wait_for_the_end_of_the_run()
    {
        var ended = await PostWith("Prefer", "wait=60");
        Assert.Equal(HttpStatusCode.OK, ended.StatusCode);
        Assert.Equal("succeeded", (await ended.Content.ReadFromJsonAsync<JsonElement>()).Text("status"));

        var running = await PostWith("Prefer", "respond-async, wait=1", RunCalls.Endless);
        Assert.Equal(HttpStatusCode.Accepted, running.StatusCode);
        var id = (await running.Content.ReadFromJsonAsync<JsonElement>()).Id();
        await Cancel(id);
        await _http.Ended(id);
    }

    [Theory]
    [InlineData("wait=61")]
    [InlineData("wait=-1")]
    [InlineData("wait")]
    [InlineData("wait=soon")]
    public async Task An_invalid_wait_is_refused(string preference)
    {
        var refused = await Refused.Read(await PostWith("Prefer", preference), HttpStatusCode.BadRequest);

        Assert.Equal("outOfRange", refused.Code);
    }

    private static int Epoch(JsonElement run) => run.GetProperty("progress").GetProperty("epoch").GetInt32();

    private async Task<HttpStatusCode> Cancel(long id)
    {
        using var response = await _http.PostAsync($"/api/v1/runs/{id}/cancel", null);
        return response.StatusCode;
    }

    private async Task<JsonElement> Continue(long id, int epochs)
    {
        using var response = await PostContinue(id, epochs);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private async Task RefusedContinue(long id, int epochs, HttpStatusCode status, string code)
    {
        using var response = await PostContinue(id, epochs);
        Assert.Equal(code, (await Refused.Read(response, status)).Code);
    }

    private Task<HttpResponseMessage> PostContinue(long id, int epochs) =>
        _http.Post($"/api/v1/runs/{id}/continue", $$"""{ "additionalEpochs": {{epochs}} }""");

    /// <summary>Posts a run with a header.</summary>
    private Task<HttpResponseMessage> PostWith(string header, string value, string request = RunCalls.Lesson)
    {
        var content = new StringContent(request, Encoding.UTF8, "application/json");
        var message = new HttpRequestMessage(HttpMethod.Post, "/api/v1/runs") { Content = content };
        message.Headers.TryAddWithoutValidation(header, value);
        return _http.SendAsync(message);
    }
}
