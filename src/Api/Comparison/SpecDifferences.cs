using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Velodrome.Data.Runs;

namespace Velodrome.Api.Comparison;

/// <summary>A setting that differs between runs.</summary>
/// <param name="Path">Its path in the spec, such as training.learningRate.</param>
/// <param name="Values">In the order of the runs; null for a run without the setting.</param>
public sealed record ParameterDifference(string Path, IReadOnlyList<JsonNode?> Values);

/// <summary>Finds the settings that differ between runs.</summary>
internal sealed class SpecDifferences(IOptions<JsonOptions> json)
{
    public IReadOnlyList<ParameterDifference> Between(IReadOnlyList<Run> runs)
    {
        var specs = runs
            .Select(run => Flatten(JsonSerializer.SerializeToNode(run.Spec, json.Value.SerializerOptions), "").ToDictionary())
            .ToArray();
        return [.. specs.SelectMany(spec => spec.Keys).Distinct()
            .Select(path => new ParameterDifference(path, [.. specs.Select(spec => spec.GetValueOrDefault(path))]))
            .Where(parameter => parameter.Values.Any(value => !JsonNode.DeepEquals(value, parameter.Values[0])))];
    }

    /// <summary>Flattens a spec to one entry for each setting. A list is one value.</summary>
    private static IEnumerable<KeyValuePair<string, JsonNode?>> Flatten(JsonNode? node, string path) => node is JsonObject members
        ? members.SelectMany(member => Flatten(member.Value, path.Length == 0 ? member.Key : $"{path}.{member.Key}"))
        : [new(path, node)];
}
