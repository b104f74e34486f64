using System.Collections;
using System.Text.Json;
using Velodrome.Training;

namespace Velodrome.Api.Problems;

/// <summary>Types in the words of somebody who writes JSON.</summary>
internal static class JsonExpectation
{
    private const int ShownLength = 40;

    public static string Describe(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        { IsEnum: true } choice => $"one of {string.Join(", ", Names(choice))}",
        var whole when whole == typeof(int) => "a whole number of at most 2147483647",
        var whole when whole == typeof(long) => "a whole number",
        var number when number == typeof(double) || number == typeof(float) => "a number",
        var truth when truth == typeof(bool) => "true or false",
        var text when text == typeof(string) => "a text",
        var list when list.IsAssignableTo(typeof(IEnumerable)) && !list.IsAssignableTo(typeof(IDictionary)) => "a list",
        _ => "an object",
    };

    /// <summary>The fault of a value that is nothing the type could be.</summary>
    public static Fault Mismatch(JsonElement value, Type type, string? path)
    {
        var choice = Nullable.GetUnderlyingType(type) ?? type;
        return (choice, value.ValueKind) switch
        {
            ({ IsEnum: true }, JsonValueKind.String) =>
                new("unknownValue", path, $"{path} can't be {Shown(value)}.{NearestName.Suggestion(value.GetString()!, Names(choice))} It takes {Describe(type)}."),
            (_, JsonValueKind.Number) when choice == typeof(double) => new("outOfRange", path, $"{path} can't be {Shown(value)}: the number is too large."),
            _ => new("wrongType", path, $"{path ?? "The body"} takes {Describe(type)}, not {Shown(value)}."),
        };
    }

    /// <summary>A value as it was sent, or its beginning.</summary>
    public static string Shown(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= ShownLength ? text : $"{text.AsSpan(0, ShownLength)}…";
    }

    private static IEnumerable<string> Names(Type choice) => Enum.GetNames(choice).Select(JsonNamingPolicy.CamelCase.ConvertName);
}
