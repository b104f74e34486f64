using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Velodrome.Api.Access;
using Velodrome.Data.Access;

namespace Velodrome.Api.Health;

/// <summary>The response of a health probe.</summary>
/// <param name="Status">The worst status of all checks.</param>
/// <param name="Checks">Each check by name. Left out for callers who may not read, because sentences name folders and runs.</param>
internal sealed record HealthResponse(
    string Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, HealthResponse.Check>? Checks)
{
    public static Task Write(HttpContext http, HealthReport report) => http.Response.WriteAsJsonAsync(new HealthResponse(
        Name(report.Status),
        http.User.Has(KeyRole.Read)
            ? report.Entries.ToDictionary(entry => entry.Key, entry => new Check(Name(entry.Value.Status), SentenceOf(entry.Value)))
            : null));

    private static string SentenceOf(HealthReportEntry entry) =>
        entry.Exception is { } failure ? failure.GetBaseException().Message : entry.Description ?? "";

    private static string Name(HealthStatus status) => JsonNamingPolicy.CamelCase.ConvertName(status.ToString());

    /// <param name="Status">healthy, degraded or unhealthy.</param>
    /// <param name="Sentence">The reason, for people.</param>
    public sealed record Check(string Status, string Sentence);
}
