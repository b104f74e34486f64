namespace Velodrome.Api.Http;

internal static class AcceptHeader
{
    /// <summary>Reads the Accept header: whether it prefers this media type to all others.</summary>
    public static bool Prefers(this HttpRequest request, string mediaType) => request.GetTypedHeaders().Accept
        .OrderByDescending(accepted => accepted.Quality ?? 1)
        .Select(accepted => accepted.MediaType)
        .FirstOrDefault() is { } best && best.Equals(mediaType, StringComparison.OrdinalIgnoreCase);
}
