namespace Velodrome.Api.Http;

internal static class Negotiation
{
    /// <summary>Whether the Accept header names this media type and prefers nothing else to it.</summary>
    public static bool Prefers(this HttpRequest request, string mediaType) => request.GetTypedHeaders().Accept
        .OrderByDescending(accepted => accepted.Quality ?? 1)
        .Select(accepted => accepted.MediaType)
        .FirstOrDefault() is { } best && best.Equals(mediaType, StringComparison.OrdinalIgnoreCase);
}
