using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using Velodrome.Training;

namespace Velodrome.Api.Problems;

/// <summary>Says what is wrong with a request that could not be bound to its handler's parameters.</summary>
internal static partial class BadRequest
{
    public static async Task<IReadOnlyList<Fault>> Explain(HttpContext http, BadHttpRequestException bad)
    {
        http.Response.StatusCode = bad.StatusCode;
        if (bad.StatusCode != StatusCodes.Status400BadRequest)
        {
            return [ProblemHandling.OfStatus(http)];
        }

        return bad.InnerException is JsonException failure && ProblemHandling.BodyType(http) is { } type
            ? await OfBody(http, type, failure)
            : [OfParameter(http, bad)];
    }

    private static async Task<IReadOnlyList<Fault>> OfBody(HttpContext http, Type type, JsonException failure)
    {
        var options = http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var faults = JsonFaults.Find(await BufferedBody.Reread(http), options.GetTypeInfo(type));
        return faults.Count > 0 ? faults : [new("wrongType", failure.Path?.TrimStart('$', '.'), "This value is not what the field takes.")];
    }

    private static Fault OfParameter(HttpContext http, BadHttpRequestException bad)
    {
        // The framework says which parameter only in its sentence.
        var match = ParameterSentence().Match(bad.Message);
        if (!match.Success)
        {
            return ProblemHandling.BodyType(http) is null ? new("badRequest", null, "The request can't be read as HTTP.") : JsonFaults.EmptyBody;
        }

        var name = match.Groups["name"].Value;
        var parameter = ProblemHandling.EndpointOf(http)?.Metadata.GetOrderedMetadata<IParameterBindingMetadata>().FirstOrDefault(candidate => candidate.Name == name);
        var expected = parameter is null ? "a value" : JsonExpectation.Describe(parameter.ParameterInfo.ParameterType);
        return match.Groups["value"] is { Success: true } value
            ? new("wrongType", name, $"{name} takes {expected}; \"{value}\" is none.")
            : new("missingField", name, $"{name} is missing from the {match.Groups["source"].Value}: send {expected}.");
    }

    [GeneratedRegex("""parameter "[^"]* (?<name>\w+)" (from "(?<value>.*)"|was not provided from (?<source>[^.]+))""", RegexOptions.Singleline)]
    private static partial Regex ParameterSentence();
}
