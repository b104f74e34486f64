using Microsoft.AspNetCore.WebUtilities;
using Velodrome.Training;

namespace Velodrome.Api.Problems;

/// <summary>The body of every error response (RFC 9457).</summary>
/// <param name="Title">The HTTP status in words.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">A stable code for programs: that of the first error.</param>
/// <param name="Detail">What is wrong and what to send instead: the message of the first error.</param>
/// <param name="Errors">Everything that is wrong with the request.</param>
public sealed record Problem(string Title, int Status, string Code, string Detail, IReadOnlyList<Fault> Errors)
{
    public const string ContentType = "application/problem+json";

    public static Problem Of(IReadOnlyList<Fault> faults)
    {
        var first = faults[0];
        var status = RefusalCodes.StatusOf(first.Code);
        return new(ReasonPhrases.GetReasonPhrase(status), status, first.Code, first.Message, faults);
    }

    /// <summary>Writes the problem as the response. Outer middleware finds it among the request's features.</summary>
    public Task Write(HttpContext http)
    {
        http.Features.Set(this);
        http.Response.StatusCode = Status;
        return http.Response.WriteAsJsonAsync(this, options: null, ContentType, http.RequestAborted);
    }
}
