using System.Text.Json;
using Velodrome.Training;

namespace Velodrome.Api.Http;

/// <summary>Marks a query parameter that takes the names of an enum, so that the OpenAPI document lists them.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class EnumNameAttribute(Type type) : Attribute
{
    public Type Type => type;
}

/// <summary>The names of an enum as JSON spells them. In a query the framework accepts only their C# spelling.</summary>
internal static class EnumName
{
    public static IEnumerable<string> AllOf(Type type) => Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName);

    /// <summary>Returns the value with this name, or null if the text is empty.</summary>
    /// <exception cref="RefusedException"><c>wrongType</c>: no value has this name.</exception>
    public static T? Parse<T>(string? text, string parameter) where T : struct, Enum
    {
        if (text is null)
        {
            return null;
        }

        foreach (var name in Enum.GetNames<T>())
        {
            if (JsonNamingPolicy.CamelCase.ConvertName(name) == text)
            {
                return Enum.Parse<T>(name);
            }
        }

        var names = AllOf(typeof(T)).ToList();
        throw new RefusedException("wrongType", parameter,
            $"{parameter} takes one of {string.Join(", ", names)}, not \"{text}\".{NearestName.Suggestion(text, names)}");
    }
}
