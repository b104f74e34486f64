using System.Text.Json;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Velodrome.Api.Health;

/// <summary>The answer of a probe.</summary>
/// <param name="Status">The worst status of all checks.</param>
/// <param name="Checks">Each check by name.</param>
internal sealed record HealthResponse(string Status, IReadOnlyDictionary<string, HealthResponse.Check> Checks)
{
    public static Task Write(HttpContext http, HealthReport report) => http.Response.WriteAsJsonAsync(new HealthResponse(
        Name(report.Status),
        report.Entries.ToDictionary(entry => entry.Key, entry => new Check(Name(entry.Value.Status), SentenceOf(entry.Value)))));

    private static string SentenceOf(HealthReportEntry entry) =>
        entry.Exception is { } failure ? failure.GetBaseException().Message : entry.Description ?? "";

    private static string Name(HealthStatus status) => JsonNamingPolicy.CamelCase.ConvertName(status.ToString());

    /// <param name="Status">healthy, degraded or unhealthy.</param>
    /// <param name="Sentence">The reason, for people.</param>
    public sealed record Check(string Status, string Sentence);
}
