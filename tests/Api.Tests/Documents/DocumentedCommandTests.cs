using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Velodrome.Api.Tests.Runs;

namespace Velodrome.Api.Tests.Documents;

/// <summary>Runs the shell commands of the documents against a service that listens on a real port.</summary>
public sealed partial class DocumentedCommandTests : IDisposable
{
    private const string DocumentedAddress = "http://127.0.0.1:5080";

    private readonly VelodromeApp _app = new();
    private readonly HttpClient _http;
    private readonly string _folder = Directory.CreateTempSubdirectory("velodrome-documents-").FullName;

    public DocumentedCommandTests()
    {
        _app.UseKestrel(0);
        _app.StartServer();
        _http = _app.CreateClient();
    }

    public void Dispose()
    {
        _http.Dispose();
        _app.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task The_commands_in_the_readme_work()
    {
        var outputs = await RunCommands("README.md");

        var run = await _http.GetFromJsonAsync<JsonElement>("/api/v1/runs/1");
        Assert.Equal(("succeeded", "fifty epochs"), (run.Text("status"), run.Text("name")));
        Assert.Contains(outputs, output => output.Contains("epoch,trainLoss,validationLoss", StringComparison.Ordinal));
        Assert.Contains(outputs, output => output.Contains("\"predictions\":[{\"value\":", StringComparison.Ordinal));
        var students = await _http.GetFromJsonAsync<JsonElement>("/api/v1/datasets/students");
        Assert.Equal(1, students.GetProperty("columns")[1].GetProperty("missing").GetInt32());
    }

    [Fact]
    public async Task The_commands_in_the_lesson_give_the_results_that_it_describes()
    {
        await RunCommands("docs/lesson.md");

        var (fifty, three, continued, overfitted, stopped) =
            (await _http.Ended(1), await _http.Ended(2), await _http.Ended(3), await _http.Ended(4), await _http.Ended(5));
        Assert.Equal("inconclusive", fifty.GetProperty("verdict").Text("code"));
        Assert.InRange(fifty.GetProperty("progress").GetProperty("epoch").GetInt32(), 24, 49);
        Assert.Equal((await _http.History(1))[..4], await _http.History(2));
        Assert.NotEqual(fifty.Text("weightsSha256"), three.Text("weightsSha256"));
        Assert.Equal(fifty.Text("weightsSha256"), continued.Text("weightsSha256"));
        Assert.Equal("overfitting", overfitted.GetProperty("verdict").Text("code"));
        Assert.Equal("patience", stopped.Text("stopReason"));

        var nextStep = overfitted.GetProperty("verdict").GetProperty("nextStep");
        using var response = await _http.Post(nextStep.Text("path"), nextStep.GetProperty("body").GetRawText());
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        await _http.Ended((await response.Content.ReadFromJsonAsync<JsonElement>()).Id());
    }

    /// <summary>Runs each shell block that calls the service, and waits for all runs to end before the next block.</summary>
    private async Task<List<string>> RunCommands(string document)
    {
        var outputs = new List<string>();
        var text = await File.ReadAllTextAsync(Repository.PathTo(document));
        var blocks = ShellBlocks().Matches(text).Select(match => match.Groups["commands"].Value);
        foreach (var block in blocks.Where(block => block.Contains("curl", StringComparison.Ordinal)))
        {
            var address = _http.BaseAddress!.ToString().TrimEnd('/');
            outputs.Add(await RunInShell(block.Replace(DocumentedAddress, address, StringComparison.Ordinal)));
            await _http.AllEnded();
        }

        return outputs;
    }

    private async Task<string> RunInShell(string commands)
    {
        // With --fail-with-body, curl exits with an error when the service refuses a request, and the test fails.
        var script = "curl() { command curl --fail-with-body \"$@\"; }\n" + commands;
        var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", script])
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{commands}\n{await output}\n{await error}");
        return await output;
    }

    [GeneratedRegex("```sh\n(?<commands>.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlocks();
}
