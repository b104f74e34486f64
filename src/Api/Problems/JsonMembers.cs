using System.Text.Json.Serialization.Metadata;
using Velodrome.Training;

namespace Velodrome.Api.Problems;

/// <summary>Suggests a member for an unknown name: a similar one in the same object, or the same name elsewhere in the request.</summary>
internal static class JsonMembers
{
    /// <summary>Limit of the search, deeper than any request. Without it, a type that contains itself would be searched forever.</summary>
    private const int MaxDepth = 4;

    /// <summary>The members that a request may have. Others are only computed.</summary>
    public static IEnumerable<JsonPropertyInfo> Of(JsonTypeInfo type) =>
        type.Properties.Where(property => property.Set is not null || property.AssociatedParameter is not null);

    public static string DescribeUnknown(string name, string? path, JsonTypeInfo type, JsonTypeInfo root)
    {
        var known = Of(type).Select(property => property.Name).ToList();
        var elsewhere = Paths(root, "", MaxDepth)
            .FirstOrDefault(candidate => candidate.EndsWith($".{name}", StringComparison.OrdinalIgnoreCase));
        var suggestion = NearestName.Suggestion(name, known) is { Length: > 0 } similar ? similar
            : elsewhere is not null ? $" Did you mean {elsewhere}?"
            : "";
        return $"{path ?? "This request"} has no field {name}.{suggestion} Its fields are {string.Join(", ", known)}.";
    }

    private static IEnumerable<string> Paths(JsonTypeInfo type, string prefix, int depth) =>
        type.Kind != JsonTypeInfoKind.Object || depth == 0
            ? []
            : Of(type).SelectMany(property =>
                Paths(type.Options.GetTypeInfo(property.PropertyType), $"{prefix}{property.Name}.", depth - 1)
                    .Prepend(prefix + property.Name));
}
