using System.Net.Http.Json;
using System.Text.Json;

namespace Velodrome.Browser.Tests;

/// <summary>A call of the service: a method, and a path with a real run and a real dataset.</summary>
internal sealed record Operation(string Method, string Path)
{
    /// <summary>Everything that is not in the OpenAPI document.</summary>
    private static readonly Operation[] Pages =
    [
        new("GET", "/"), new("GET", "/js/main.js"), new("GET", "/swagger/index.html"), new("GET", "/swagger/v1/swagger.json"),
        new("GET", "/hangfire"), new("POST", "/hangfire/stats"), new("GET", "/health/live"), new("GET", "/health/ready"),
    ];

    /// <summary>Every operation of the OpenAPI document, and the pages.</summary>
    public static async Task<Operation[]> All(HttpClient http, long run, string dataset)
    {
        var document = await http.GetFromJsonAsync<JsonElement>("/swagger/v1/swagger.json");
        var operations = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => new Operation(
                operation.Name.ToUpperInvariant(),
                path.Name.Replace("{id}", $"{run}", StringComparison.Ordinal).Replace("{name}", dataset, StringComparison.Ordinal))))
            .ToArray();
        Assert.True(operations.Length > 20, $"The document has only {operations.Length} operations.");
        Assert.DoesNotContain(operations, operation => operation.Path.Contains('{'));
        return [.. operations, .. Pages];
    }
}
