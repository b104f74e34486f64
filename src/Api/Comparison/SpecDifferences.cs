using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Velodrome.Data.Runs;

namespace Velodrome.Api.Comparison;

/// <summary>One setting that is not the same in all runs.</summary>
/// <param name="Path">As in the spec: training.learningRate.</param>
/// <param name="Values">In the order of the runs; null where a run has none.</param>
public sealed record ParameterDifference(string Path, IReadOnlyList<JsonNode?> Values);

/// <summary>Finds the settings in which runs differ, and leaves out all others.</summary>
internal sealed class SpecDifferences(IOptions<JsonOptions> json)
{
    public IReadOnlyList<ParameterDifference> Between(IReadOnlyList<Run> runs)
    {
        var specs = runs.Select(run => Flatten(JsonSerializer.SerializeToNode(run.Spec, json.Value.SerializerOptions), "").ToDictionary()).ToArray();
        return [.. specs.SelectMany(spec => spec.Keys).Distinct()
            .Select(path => new ParameterDifference(path, [.. specs.Select(spec => spec.GetValueOrDefault(path))]))
            .Where(parameter => parameter.Values.Any(value => !JsonNode.DeepEquals(value, parameter.Values[0])))];
    }

    /// <summary>Objects are opened, lists are values.</summary>
    private static IEnumerable<KeyValuePair<string, JsonNode?>> Flatten(JsonNode? node, string path) => node is JsonObject members
        ? members.SelectMany(member => Flatten(member.Value, path.Length == 0 ? member.Key : $"{path}.{member.Key}"))
        : [new(path, node)];
}
