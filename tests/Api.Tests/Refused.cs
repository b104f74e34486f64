using System.Net;
using System.Net.Http.Json;

namespace Velodrome.Api.Tests;

/// <summary>The body of an error response.</summary>
public sealed record Refused(
    string Title, int Status, string Code, string Detail, IReadOnlyList<Refused.Error> Errors, bool HasMoreErrors)
{
    /// <summary>Reads an error response and checks what all of them have in common.</summary>
    public static async Task<Refused> Read(HttpResponseMessage response, HttpStatusCode status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{(int)response.StatusCode} {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        var refused = (await response.Content.ReadFromJsonAsync<Refused>())!;
        Assert.Equal((int)status, refused.Status);
        Assert.Equal((refused.Code, refused.Detail), (refused.Errors[0].Code, refused.Errors[0].Message));
        return refused;
    }

    public sealed record Error(string Code, string? Field, string Message);
}
