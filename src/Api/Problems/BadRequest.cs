using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using Velodrome.Training;

namespace Velodrome.Api.Problems;

/// <summary>Explains why the framework could not bind a request to its handler's parameters.</summary>
internal static partial class BadRequest
{
    public static IReadOnlyList<Fault> Explain(HttpContext http, BadHttpRequestException exception)
    {
        http.Response.StatusCode = exception.StatusCode;
        if (exception.StatusCode != StatusCodes.Status400BadRequest)
        {
            return [ProblemHandling.OfStatus(http)];
        }

        return exception.InnerException is JsonException failure && ProblemHandling.BodyType(http) is { } type
            ? ExplainBody(http, type, failure)
            : [ExplainParameter(http, exception)];
    }

    private static IReadOnlyList<Fault> ExplainBody(HttpContext http, Type type, JsonException failure)
    {
        var options = http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var faults = JsonFaults.Find(BufferedBody.Reread(http), options.GetTypeInfo(type));
        return faults.Count > 0
            ? faults
            : [new Fault("wrongType", failure.Path?.TrimStart('$', '.'), "The field does not take this value.")];
    }

    private static Fault ExplainParameter(HttpContext http, BadHttpRequestException exception)
    {
        // Only the message of the framework's exception names the parameter.
        var match = ParameterMessage().Match(exception.Message);
        if (!match.Success)
        {
            return ProblemHandling.BodyType(http) is null
                ? new Fault("badRequest", null, "The service cannot read this request as HTTP.")
                : JsonFaults.EmptyBody;
        }

        var name = match.Groups["name"].Value;
        var parameter = ProblemHandling.EndpointOf(http)?.Metadata.GetOrderedMetadata<IParameterBindingMetadata>()
            .FirstOrDefault(candidate => candidate.Name == name);
        var expected = parameter is null ? "a value" : JsonExpectation.Describe(parameter.ParameterInfo.ParameterType);
        return match.Groups["value"] is { Success: true } value
            ? new Fault("wrongType", name, $"{name} takes {expected}, not \"{value}\".")
            : new Fault("missingField", name, $"{name} is missing from the {match.Groups["source"].Value}. Send {expected}.");
    }

    [GeneratedRegex(
        """parameter "[^"]* (?<name>\w+)" (from "(?<value>.*)"|was not provided from (?<source>[^.]+))""", RegexOptions.Singleline)]
    private static partial Regex ParameterMessage();
}
