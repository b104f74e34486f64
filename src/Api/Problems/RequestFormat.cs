using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Velodrome.Api.Datasets.Formats;
using Velodrome.Training;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Api.Problems;

/// <summary>
/// Decompresses bodies, and refuses, before routing, what no operation can read: another compression, a charset that is not known, a
/// malformed Content-Type, and U+0000 in the query. Without these checks, routing and JSON binding throw exceptions that do not tell the
/// caller what is wrong.
/// </summary>
internal static class RequestFormat
{
    private static readonly HashSet<string> Utf8Names = new(["utf-8", "utf8", "us-ascii", "ascii"], StringComparer.OrdinalIgnoreCase);

    public static void UseRequestFormat(this WebApplication app) => app.Use((http, next) =>
    {
        RefuseNul(http.Request);
        if (http.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false })
        {
            Decompress(http);
            CheckContentType(http.Request);
        }

        return next(http);
    });

    private static void RefuseNul(HttpRequest request)
    {
        if (request.QueryString.Value?.Contains("%00", StringComparison.Ordinal) == true)
        {
            var name = request.Query.FirstOrDefault(parameter => parameter.Value.Any(value => value!.Contains('\0'))).Key;
            throw new RefusedException("nulByte", name, $"{name ?? "The query"} contains U+0000, which no value can contain. Remove %00.");
        }
    }

    private static void Decompress(HttpContext http)
    {
        var encoding = http.Request.Headers.ContentEncoding.ToString();
        if (encoding.Length > 0 && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)
            && !CompressedBody.TryReplace(http, encoding))
        {
            http.Response.OnStarting(() =>
            {
                http.Response.Headers.AcceptEncoding = CompressedBody.Accepted; // RFC 9110, 15.5.16
                return Task.CompletedTask;
            });
            throw new RefusedException("unsupportedEncoding", "Content-Encoding",
                $"The Content-Encoding \"{Shorten(encoding)}\" is not supported. Send the body with gzip, br or zstd, or uncompressed " +
                "and without this header.");
        }
    }

    /// <summary>Removes a charset that means UTF-8, in whatever spelling, because the framework reads only some of them. A CSV may have
    /// another charset, which its upload reads.</summary>
    private static void CheckContentType(HttpRequest request)
    {
        if (request.ContentType is not { Length: > 0 } text || text is "application/json" or "text/csv")
        {
            return;
        }

        if (!MediaTypeHeaderValue.TryParse(text, out var type))
        {
            throw new RefusedException("unsupportedMediaType", "Content-Type",
                $"The Content-Type \"{Shorten(text)}\" is malformed. Send one such as application/json or text/csv.");
        }

        var isCsv = TableFormats.FileTypes.Contains(type.MediaType.Value?.ToLowerInvariant());
        while (type.Parameters.FirstOrDefault(IsCharset) is { } parameter)
        {
            var charset = HeaderUtilities.RemoveQuotes(parameter.Value).ToString();
            if (isCsv && !Utf8Names.Contains(charset) && ReadingOptions.IsEncoding(charset))
            {
                return;
            }

            if (!Utf8Names.Contains(charset))
            {
                throw new RefusedException("unsupportedCharset", "Content-Type",
                    $"The charset \"{Shorten(charset)}\" is not supported. Send the body as UTF-8, with charset=utf-8 or " +
                    "without a charset. A CSV may be UTF-16 or Windows-1252 too.");
            }

            type.Parameters.Remove(parameter);
            request.ContentType = type.ToString();
        }
    }

    private static bool IsCharset(NameValueHeaderValue parameter) => parameter.Name.Equals("charset", StringComparison.OrdinalIgnoreCase);

    private static string Shorten(string text) => text.Length <= 60 ? text : $"{text.AsSpan(0, 60)}…";
}
