namespace Velodrome.Api.Datasets.Formats.Import;

/// <summary>The hosts in the setting <c>ImportHosts</c>.</summary>
internal static class ImportHosts
{
    /// <summary>The scheme, host and port of an entry. A host without a scheme means https. Null if the entry is malformed.</summary>
    public static Uri? OriginOf(string entry)
    {
        var text = entry.Contains("://", StringComparison.Ordinal) ? entry : $"https://{entry}";
        return Uri.TryCreate(text, UriKind.Absolute, out var origin) && IsWeb(origin)
            && origin.UserInfo.Length == 0 && origin.Host.Length > 0 && !origin.Host.Contains('*')
            && origin is { AbsolutePath: "/", Query: "", Fragment: "" } && text[^1] != '/'
            ? origin : null;
    }

    public static bool IsWeb(Uri url) => url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp;

    public static bool IsSameOrigin(Uri one, Uri other) =>
        (one.Scheme, one.IdnHost, one.Port) == (other.Scheme, other.IdnHost, other.Port);
}
