using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Velodrome.Api.Http;
using Velodrome.Data;

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
    /// <param name="points">The largest number of points of each run. Default 24.</param>
    public static async Task<Ok<IReadOnlyList<SparklineResponse>>> Read(
        string ids, TrainingDbContext database, CancellationToken cancellationToken, [Range(2, 100)] int points = 24)
    {
        var wanted = RunIds.Parse(ids, MaxRuns);
        var lengths = await database.Runs.Where(run => wanted.Contains(run.Id)).OrderBy(run => run.Id)
            .Select(run => new { run.Id, run.LastEpoch }).ToListAsync(cancellationToken);
        var sparklines = new List<SparklineResponse>(lengths.Count);
        foreach (var run in lengths)
        {
            // Epoch 0 is left out: its loss is so much larger than all others that the rest would be a flat line.
            int[] epochs = [.. EvenSpacing.Indices(run.LastEpoch ?? 0, points).Select(index => index + 1)];
            sparklines.Add(new(run.Id, await database.Epochs
                .Where(epoch => epoch.RunId == run.Id && epochs.Contains(epoch.Number)).OrderBy(epoch => epoch.Number)
                .Select(epoch => epoch.ValidationLoss).ToListAsync(cancellationToken)));
        }

        return TypedResults.Ok<IReadOnlyList<SparklineResponse>>(sparklines);
    }
}
