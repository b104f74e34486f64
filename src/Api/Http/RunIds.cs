using System.Globalization;
using Velodrome.Training;

namespace Velodrome.Api.Http;

/// <summary>Run ids in a query, separated by commas.</summary>
internal static class RunIds
{
    /// <param name="text">Such as <c>1,2</c>.</param>
    /// <param name="max">The most ids.</param>
    /// <exception cref="RefusedException"><c>wrongType</c>, <c>tooManyRuns</c>.</exception>
    public static long[] Parse(string text, int max)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return parts.Length <= max
            ? Array.ConvertAll(parts, ParseOne)
            : throw new RefusedException("tooManyRuns", "ids", $"ids has {parts.Length} run ids. Send at most {max}.");
    }

    private static long ParseOne(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        ? id
        : throw new RefusedException("wrongType", "ids", $"'{text}' is not a run id. Send ids separated by commas: ids=1,2.");
}
