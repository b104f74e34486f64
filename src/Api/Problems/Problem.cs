using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Velodrome.Training;

namespace Velodrome.Api.Problems;

/// <summary>The body of every error response (RFC 9457).</summary>
/// <param name="Title">The HTTP status in words.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">A stable code for programs: that of the first error.</param>
/// <param name="Detail">What is wrong and what to send instead: the message of the first error.</param>
/// <param name="Errors">What is wrong with the request: at most 100 errors.</param>
/// <param name="HasMoreErrors">True if the request has more errors than are listed.</param>
public sealed record Problem(string Title, int Status, string Code, string Detail, IReadOnlyList<Fault> Errors, bool HasMoreErrors)
{
    public const string ContentType = "application/problem+json";

    /// <summary>Largest number of errors in a response, so that it cannot be much larger than its request.</summary>
    public const int MaxErrors = 100;

    private const int MaxFieldLength = 300;
    private const int MaxMessageLength = 2_000;

    public static Problem Of(IReadOnlyList<Fault> faults)
    {
        Fault[] errors = [.. faults.Take(MaxErrors).Select(Shorten)];
        var status = RefusalCodes.StatusOf(errors[0].Code);
        return new(
            ReasonPhrases.GetReasonPhrase(status), status, errors[0].Code, errors[0].Message, errors,
            HasMoreErrors: faults.Count > MaxErrors);
    }

    /// <summary>Writes the problem as the response. Outer middleware finds it among the request's features.</summary>
    public Task Write(HttpContext http)
    {
        http.Features.Set(this);
        http.Response.StatusCode = Status;
        if (Status == StatusCodes.Status429TooManyRequests && StringValues.IsNullOrEmpty(http.Response.Headers.RetryAfter))
        {
            http.Response.Headers.RetryAfter = "1"; // seconds
        }

        if (Status == StatusCodes.Status401Unauthorized)
        {
            // Not Basic, although the service accepts it: browsers would ask for a password in a window of their own.
            http.Response.Headers.WWWAuthenticate = "Bearer realm=\"Velodrome\"";
        }

        return http.Response.WriteAsJsonAsync(this, options: null, ContentType, http.RequestAborted);
    }

    /// <summary>Shortens what a message quotes from the request, such as a name of a megabyte.</summary>
    private static Fault Shorten(Fault fault) => fault with
    {
        Field = fault.Field is null ? null : Shorten(fault.Field, MaxFieldLength),
        Message = Shorten(fault.Message, MaxMessageLength),
    };

    private static string Shorten(string text, int length)
    {
        if (text.Length <= length)
        {
            return text;
        }

        return text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)] + "…";
    }
}
