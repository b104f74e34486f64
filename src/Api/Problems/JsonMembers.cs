using System.Text.Json.Serialization.Metadata;
using Velodrome.Training;

namespace Velodrome.Api.Problems;

/// <summary>Finds the member that somebody meant who wrote one that isn't there.</summary>
internal static class JsonMembers
{
    /// <summary>Deeper than any request; a type that holds itself would never end.</summary>
    private const int MaxDepth = 4;

    public static string Unknown(string name, string? path, JsonTypeInfo type, JsonTypeInfo root)
    {
        var here = type.Properties.Select(property => property.Name).ToList();
        var elsewhere = Paths(root, "", MaxDepth).Where(candidate => candidate.EndsWith($".{name}", StringComparison.OrdinalIgnoreCase));
        var hint = NearestName.Suggestion(name, here) is { Length: > 0 } near ? near
            : elsewhere.FirstOrDefault() is { } moved ? $" Did you mean {moved}?"
            : "";
        return $"{name} is no field of {path ?? "this request"}.{hint} It takes {string.Join(", ", here)}.";
    }

    private static IEnumerable<string> Paths(JsonTypeInfo type, string prefix, int depth) =>
        type.Kind != JsonTypeInfoKind.Object || depth == 0
            ? []
            : type.Properties.SelectMany(property => Paths(type.Options.GetTypeInfo(property.PropertyType), $"{prefix}{property.Name}.", depth - 1)
                .Prepend(prefix + property.Name));
}
