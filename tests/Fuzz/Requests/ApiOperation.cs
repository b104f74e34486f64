using System.Text.Json;
using System.Text.RegularExpressions;

namespace Velodrome.Fuzz.Requests;

/// <summary>A parameter of an operation.</summary>
/// <param name="Name">Its name.</param>
/// <param name="In">path, query or header.</param>
public sealed record ApiParameter(string Name, string In);

/// <summary>An operation of the service, as its OpenAPI document describes it.</summary>
/// <param name="Method">In upper case.</param>
/// <param name="Path">With parameters in braces.</param>
/// <param name="Parameters">In the path, the query and the headers.</param>
/// <param name="ContentTypes">What it reads; empty if it has no body.</param>
/// <param name="Codes">Every code with which it may refuse a request.</param>
public sealed partial record ApiOperation(
    string Method, string Path, IReadOnlyList<ApiParameter> Parameters, IReadOnlyList<string> ContentTypes, IReadOnlySet<string> Codes)
{
    /// <summary>The role that it needs.</summary>
    public Role Role { get; init; }

    public string Name => $"{Method} {Path}";

    /// <summary>Reads every operation of an OpenAPI document.</summary>
    public static IReadOnlyList<ApiOperation> ReadAll(JsonElement document) =>
    [
        .. from path in document.GetProperty("paths").EnumerateObject()
           from operation in path.Value.EnumerateObject()
           select Read(operation.Name.ToUpperInvariant(), path.Name, operation.Value),
    ];

    /// <summary>The codes that any request may be refused with: every operation has them in its default response.</summary>
    public static IReadOnlySet<string> CodesOfAnyRequest(JsonElement document)
    {
        var operation = document.GetProperty("paths").EnumerateObject().First().Value.EnumerateObject().First().Value;
        var response = operation.GetProperty("responses").GetProperty("default").GetProperty("description").GetString()!;
        return Code().Matches(response).Select(match => match.Groups[1].Value).ToHashSet();
    }

    private static ApiOperation Read(string method, string path, JsonElement operation) => new(
        method,
        path,
        operation.TryGetProperty("parameters", out var parameters)
            ? [.. parameters.EnumerateArray().Select(one => new ApiParameter(
                one.GetProperty("name").GetString()!, one.GetProperty("in").GetString()!))]
            : [],
        operation.TryGetProperty("requestBody", out var body)
            ? [.. body.GetProperty("content").EnumerateObject().Select(content => content.Name)]
            : [],
        operation.GetProperty("responses").EnumerateObject()
            .SelectMany(response => Code().Matches(response.Value.GetProperty("description").GetString()!))
            .Select(match => match.Groups[1].Value).ToHashSet())
    {
        Role = operation.TryGetProperty("description", out var description)
            && NeededRole().Match(description.GetString()!) is { Success: true } role
            ? Enum.Parse<Role>(role.Groups[1].ValueSpan, ignoreCase: true)
            : Role.None,
    };

    [GeneratedRegex(@"Needs a key with the role `(\w+)`\.")]
    private static partial Regex NeededRole();

    /// <summary>A line of a response's description, such as <c>- `runNotFound`: Correct the run's id.</c></summary>
    [GeneratedRegex(@"^- `(\w+)`:", RegexOptions.Multiline)]
    private static partial Regex Code();
}
