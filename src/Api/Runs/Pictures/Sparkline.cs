using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Velodrome.Data;
using Velodrome.Training;

namespace Velodrome.Api.Runs.Pictures;

/// <summary>A run's validation loss in a few points, for a picture as small as a word.</summary>
/// <param name="RunId">The run.</param>
/// <param name="ValidationLoss">Evenly spaced from epoch 1 to the last; null where it was not finite.</param>
public sealed record SparklineResponse(long RunId, IReadOnlyList<double?> ValidationLoss);

internal static class Sparklines
{
    public const int MaxRuns = 200;

    /// <summary>Show the validation loss of many runs, each in a few points.</summary>
    /// <remarks>For lists: it reads only those points, however long the runs are. Runs that do not exist are left out.</remarks>
    /// <param name="ids">Numbers of the runs, separated by commas, at most 200.</param>
    /// <param name="points">At most so many points of each. Default 24.</param>
    public static async Task<Ok<IReadOnlyList<SparklineResponse>>> Read(
        string ids, TrainingDbContext database, CancellationToken cancellationToken, [Range(2, 100)] int points = 24)
    {
        var wanted = Parse(ids);
        var lengths = await database.Runs.Where(run => wanted.Contains(run.Id)).OrderBy(run => run.Id).Select(run => new { run.Id, run.LastEpoch }).ToListAsync(cancellationToken);
        var sparklines = new List<SparklineResponse>(lengths.Count);
        foreach (var run in lengths)
        {
            var epochs = Spread(run.LastEpoch ?? 0, points);
            sparklines.Add(new(run.Id, await database.Epochs
                .Where(epoch => epoch.RunId == run.Id && epochs.Contains(epoch.Number)).OrderBy(epoch => epoch.Number)
                .Select(epoch => epoch.ValidationLoss).ToListAsync(cancellationToken)));
        }

        return TypedResults.Ok<IReadOnlyList<SparklineResponse>>(sparklines);
    }

    /// <summary>Without epoch 0, whose loss is so much larger than all others that they would be one flat line.</summary>
    private static int[] Spread(int last, int points) => last <= points
        ? [.. Enumerable.Range(1, last)]
        : [.. Enumerable.Range(0, points).Select(point => 1 + (int)((long)point * (last - 1) / (points - 1)))];

    private static long[] Parse(string ids)
    {
        var parts = ids.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return parts.Length <= MaxRuns
            ? Array.ConvertAll(parts, part => long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id
                : throw new RefusedException("wrongType", "ids", $"'{part}' is no run's number. Send the numbers separated by commas: ids=1,2."))
            : throw new RefusedException("tooManyRuns", "ids", $"{parts.Length} runs are too many at once. Send at most {MaxRuns} numbers.");
    }
}
