using System.Text.Json;
using System.Text.Json.Nodes;
using Velodrome.Api.Problems;
using Velodrome.Training;
using Velodrome.Training.Runs;

namespace Velodrome.Bench.Quality;

/// <summary>The members of a run's request that differ from the defaults, as POST /runs takes them.</summary>
/// <param name="Json">These members.</param>
/// <param name="Request">The request without dataset, target and rows.</param>
internal sealed record PartialRequest(string Json, RunRequest Request)
{
    private static readonly JsonSerializerOptions Options = Api.Http.Json.Configure(new(JsonSerializerDefaults.Web));

    /// <summary>Members that each table determines.</summary>
    private static readonly string[] OfTable = ["name", "dataset", "datasetVersion", "target", "task", "features", "validation", "test"];

    /// <param name="json">JSON, or the path of a file that contains it.</param>
    /// <exception cref="RefusedException">A member is out of its range.</exception>
    /// <exception cref="JsonException">It is not such an object.</exception>
    public static PartialRequest Parse(string json)
    {
        var members = JsonNode.Parse(json.TrimStart().StartsWith('{') ? json : File.ReadAllText(json)) as JsonObject
            ?? throw new JsonException("The request must be an object.");
        if (OfTable.FirstOrDefault(members.ContainsKey) is { } member)
        {
            throw new JsonException($"'{member}' is different for each table, so it cannot be part of the request.");
        }

        var given = members.ToJsonString();
        (members["dataset"], members["target"]) = ("", "");
        var request = members.Deserialize<RunRequest>(Options)!;
        var faults = RequestValidation.FindFaults(request);
        return faults.Count == 0 ? new(given, request) : throw new RefusedException(faults);
    }
}
