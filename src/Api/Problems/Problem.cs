using Microsoft.AspNetCore.WebUtilities;
using Velodrome.Training;

namespace Velodrome.Api.Problems;

/// <summary>Every error as it is answered (RFC 9457), with what a program needs beside the sentence.</summary>
/// <param name="Title">The status in words.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">Stable, for programs; that of the first error.</param>
/// <param name="Detail">What is wrong and what to send instead, for people.</param>
/// <param name="Errors">All that is wrong, each with its field.</param>
public sealed record Problem(string Title, int Status, string Code, string Detail, IReadOnlyList<Fault> Errors)
{
    public const string ContentType = "application/problem+json";

    public static Problem Of(IReadOnlyList<Fault> faults)
    {
        var first = faults[0];
        var status = FaultStatus.Of(first.Code);
        return new(ReasonPhrases.GetReasonPhrase(status), status, first.Code, first.Message, faults);
    }

    public Task Write(HttpContext http)
    {
        http.Response.StatusCode = Status;
        return http.Response.WriteAsJsonAsync(this, options: null, ContentType, http.RequestAborted);
    }
}
