using System.Text;

namespace Velodrome.Api.Access;

/// <summary>
/// Finds the key in a request: <c>Authorization: Bearer KEY</c>, <c>Basic</c> with the key as the password, or the dashboard's cookie. The
/// header takes precedence.
/// </summary>
internal static class Credential
{
    private const string Bearer = "Bearer ";
    private const string Basic = "Basic ";

    /// <returns>The key, or an empty text if the header can't be understood; null if the request has neither header nor cookie.</returns>
    public static string? Read(HttpRequest request) => request.Headers.Authorization switch
    {
        { Count: 0 } => SessionCookie.Read(request),
        [{ } header] when header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) => header[Bearer.Length..].Trim(),
        [{ } header] when header.StartsWith(Basic, StringComparison.OrdinalIgnoreCase) => PasswordIn(header[Basic.Length..].Trim()),
        _ => "",
    };

    private static string PasswordIn(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [_, var password]
            ? password
            : "";
    }
}
