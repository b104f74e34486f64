using System.Text.Json;

namespace Velodrome.Abuse;

/// <summary>Counts answers by status and code, and keeps notes about an attack.</summary>
internal sealed class Tally
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, int> _answers = new(StringComparer.Ordinal);
    private readonly List<string> _notes = [];

    public void Add(string answer)
    {
        lock (_lock)
        {
            _answers[answer] = _answers.GetValueOrDefault(answer) + 1;
        }
    }

    public async Task Add(HttpResponseMessage response)
    {
        var status = $"{(int)response.StatusCode}";
        var isProblem = response.Content.Headers.ContentType?.MediaType == "application/problem+json";
        Add(isProblem ? $"{status} {CodeOf(await response.Content.ReadAsStringAsync())}" : status);
    }

    public void Note(string note)
    {
        lock (_lock)
        {
            _notes.Add(note);
        }
    }

    public override string ToString()
    {
        lock (_lock)
        {
            var answers = _answers.Select(answer => answer.Value == 1 ? answer.Key : $"{answer.Value} × {answer.Key}");
            return string.Join("; ", [.. answers, .. _notes]);
        }
    }

    private static string CodeOf(string problem)
    {
        try
        {
            return JsonDocument.Parse(problem).RootElement.GetProperty("code").GetString()!;
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException)
        {
            return "without a code";
        }
    }
}
