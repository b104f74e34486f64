using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Velodrome.Api.Tests.Runs;

namespace Velodrome.Api.Tests.Documents;

/// <summary>Runs what the documents tell a reader to type, against the service on a real port.</summary>
public sealed partial class DocumentedCommandTests : IDisposable
{
    private const string Documented = "http://127.0.0.1:5080";

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
    public async Task The_readmes_examples_work_word_for_word()
    {
        var outputs = await RunAll("README.md");

        var run = await _http.GetFromJsonAsync<JsonElement>("/api/v1/runs/1");
        Assert.Equal(("succeeded", "fifty epochs"), (run.Text("status"), run.Text("name")));
        Assert.Contains(outputs, output => output.Contains("epoch,trainLoss,validationLoss", StringComparison.Ordinal));
        Assert.Contains(outputs, output => output.Contains("\"predictions\":[{\"value\":", StringComparison.Ordinal));
        Assert.Equal(1, (await _http.GetFromJsonAsync<JsonElement>("/api/v1/datasets/students")).GetProperty("columns")[1].GetProperty("missing").GetInt32());
    }

    [Fact]
    public async Task The_lesson_shows_what_it_says()
    {
        await RunAll("docs/lesson.md");

        var (fifty, continued) = (await Run(1), await Run(3));
        Assert.Equal(fifty.Text("weightsSha256"), continued.Text("weightsSha256"));
        Assert.Equal(("overfitting", "inconclusive"), ((await Run(4)).GetProperty("verdict").Text("code"), fifty.GetProperty("verdict").Text("code")));
        Assert.Equal("patience", (await Run(5)).Text("stopReason"));

        var next = (await Run(4)).GetProperty("verdict").GetProperty("nextStep");
        using var answer = await _http.Post(next.Text("path"), next.GetProperty("body").GetRawText());
        Assert.Equal(System.Net.HttpStatusCode.Accepted, answer.StatusCode);
        await _http.Ended((await answer.Content.ReadFromJsonAsync<JsonElement>()).Id());
    }

    private Task<JsonElement> Run(long id) => _http.Ended(id);

    /// <summary>Every block in turn; the reader's "a moment later" is the end of all runs.</summary>
    private async Task<List<string>> RunAll(string document)
    {
        var outputs = new List<string>();
        var text = await File.ReadAllTextAsync(Path.Combine(Repository(), document));
        foreach (var block in ShellBlocks().Matches(text).Select(match => match.Groups[1].Value).Where(block => block.Contains("curl", StringComparison.Ordinal)))
        {
            outputs.Add(await Type(block.Replace(Documented, _http.BaseAddress!.ToString().TrimEnd('/'), StringComparison.Ordinal)));
            foreach (var run in (await _http.GetFromJsonAsync<JsonElement>("/api/v1/runs")).GetProperty("items").EnumerateArray())
            {
                await _http.Ended(run.Id());
            }
        }

        return outputs;
    }

    private async Task<string> Type(string commands)
    {
        // curl fails where the service refuses, so that no example can be wrong in silence.
        var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", "curl() { command curl --fail-with-body \"$@\"; }\n" + commands])
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

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Api.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlocks();
}
