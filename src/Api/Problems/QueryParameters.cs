using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Metadata;
using Velodrome.Api.OpenApi;
using Velodrome.Training;

namespace Velodrome.Api.Problems;

/// <summary>Endpoint metadata: the parameters that an operation reads from the query.</summary>
internal sealed record QueryParameters(IReadOnlyList<string> Names);

/// <summary>Endpoint metadata: a parameter that is a JSON object, so that a misplaced member can be recognised.</summary>
internal sealed record JsonParameter(string Name, Type Type);

/// <summary>
/// Refuses parameters that an operation does not read. The framework ignores them, so that <c>dry_run=true</c> would store a dataset.
/// </summary>
internal static class QueryParameterCheck
{
    private const int MaxShownLength = 60;

    public static RouteGroupBuilder RefuseUnknownParameters(this RouteGroupBuilder routes)
    {
        ((IEndpointConventionBuilder)routes).Finally(endpoint =>
        {
            endpoint.Metadata.Add(new QueryParameters(NamesOf((RouteEndpointBuilder)endpoint)));
            endpoint.Metadata.Add(new Refusals([RefusalCodes.Get("unknownField")]));
        });
        return routes.AddEndpointFilter((invocation, next) =>
        {
            Check(invocation.HttpContext);
            return next(invocation);
        });
    }

    /// <summary>The handler's parameters that the framework binds from the query.</summary>
    private static string[] NamesOf(RouteEndpointBuilder endpoint) =>
    [
        .. endpoint.Metadata.OfType<IParameterBindingMetadata>()
            .Where(parameter => parameter.HasTryParse || parameter.ParameterInfo.ParameterType == typeof(string))
            .Where(parameter => !parameter.ParameterInfo.GetCustomAttributes(inherit: true).OfType<IFromHeaderMetadata>().Any())
            .Select(parameter => parameter.Name)
            .Where(name => endpoint.RoutePattern.GetParameter(name) is null),
    ];

    /// <exception cref="RefusedException"><c>unknownField</c>.</exception>
    private static void Check(HttpContext http)
    {
        var metadata = http.GetEndpoint()!.Metadata;
        var known = metadata.GetRequiredMetadata<QueryParameters>().Names;
        var faults = http.Request.Query.Keys.Where(name => !known.Contains(name, StringComparer.OrdinalIgnoreCase))
            .Select(name => Unknown(name, known, metadata)).Take(Problem.MaxErrors + 1).ToList();
        if (faults.Count > 0)
        {
            throw new RefusedException(faults);
        }
    }

    private static Fault Unknown(string name, IReadOnlyList<string> known, EndpointMetadataCollection metadata)
    {
        var shown = name.Length <= MaxShownLength ? name : $"{name.AsSpan(0, MaxShownLength)}…";
        var allowed = known.Count > 0 ? $"Its parameters are {string.Join(", ", known)}."
            : metadata.GetMetadata<IAcceptsMetadata>() is null ? "It has none."
            : "It has none: what it reads is in the body.";
        var suggestion = NearestName.Suggestion(name, known) is { Length: > 0 } similar ? similar
            : metadata.GetMetadata<JsonParameter>() is { } json && NearestName.Find(name, MembersOf(json.Type)) is { } member
                ? $" Did you mean {json.Name}={{ \"{member}\": … }}?"
            : "";
        return new("unknownField", shown, $"The operation has no parameter \"{shown}\" in the query.{suggestion} {allowed}");
    }

    private static IEnumerable<string> MembersOf(Type type) => type.GetProperties()
        .Where(property => property.GetCustomAttribute<JsonIgnoreAttribute>() is null)
        .Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name));
}
