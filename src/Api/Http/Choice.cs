using System.Text.Json;
using Velodrome.Training;

namespace Velodrome.Api.Http;

/// <summary>A text in a query that is one of an enum's names, which the OpenAPI document lists.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class ChoiceAttribute(Type type) : Attribute
{
    public Type Type => type;
}

/// <summary>One of an enum's names in a query, written as in JSON: the framework takes only the C# spelling there.</summary>
internal static class Choice
{
    /// <summary>The value that the text names, or null for no text.</summary>
    /// <exception cref="RefusedException"><c>wrongType</c>: it names none.</exception>
    public static T? Parse<T>(string? text, string parameter) where T : struct, Enum
    {
        if (text is null)
        {
            return null;
        }

        foreach (var value in Enum.GetValues<T>())
        {
            if (Name(value) == text)
            {
                return value;
            }
        }

        throw new RefusedException("wrongType", parameter,
            $"{parameter} takes one of {string.Join(", ", Enum.GetValues<T>().Select(Name))}; \"{text}\" is none.{NearestName.Suggestion(text, Enum.GetValues<T>().Select(Name))}");
    }

    /// <summary>A value as it is written in JSON.</summary>
    public static string Name<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
