using System.Collections;
using System.Text.Json;
using Velodrome.Api.Http;
using Velodrome.Training;

namespace Velodrome.Api.Problems;

/// <summary>Describes C# types and JSON values in the terms of JSON.</summary>
internal static class JsonExpectation
{
    private const int MaxShownLength = 40;

    public static string Describe(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        { IsEnum: true } names => $"one of {string.Join(", ", EnumName.AllOf(names))}",
        var integer when integer == typeof(int) => "a whole number of at most 2147483647",
        var integer when integer == typeof(long) => "a whole number",
        var number when number == typeof(double) || number == typeof(float) => "a number",
        var boolean when boolean == typeof(bool) => "true or false",
        var text when text == typeof(string) => "a string",
        var time when time == typeof(QueryTime) => QueryTime.Description,
        var list when list.IsAssignableTo(typeof(IEnumerable)) && !list.IsAssignableTo(typeof(IDictionary)) => "a list",
        _ => "an object",
    };

    /// <summary>Describes the fault of a value that cannot be read as the type.</summary>
    public static Fault Mismatch(JsonElement value, Type type, string? path)
    {
        var expected = Nullable.GetUnderlyingType(type) ?? type;
        return (expected, value.ValueKind) switch
        {
            ({ IsEnum: true }, JsonValueKind.String) => new Fault("unknownValue", path,
                $"{path} takes {Describe(type)}, not {Shorten(value)}." +
                NearestName.Suggestion(value.GetString()!, EnumName.AllOf(expected))),
            (_, JsonValueKind.Number) when expected == typeof(double) =>
                new Fault("outOfRange", path, $"{path} cannot be {Shorten(value)}: the number is too large."),
            (_, JsonValueKind.Array) when path is null && type.GetProperty("Rows") is not null => new Fault("wrongType", path,
                "The body takes an object, not a list. Send the list as its member rows: { \"rows\": [...] }."),
            _ => new Fault("wrongType", path, $"{path ?? "The body"} takes {Describe(type)}, not {Shorten(value)}."),
        };
    }

    /// <summary>Writes a value as JSON, cut off after 40 characters.</summary>
    public static string Shorten(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= MaxShownLength ? text : $"{text.AsSpan(0, MaxShownLength)}…";
    }
}
