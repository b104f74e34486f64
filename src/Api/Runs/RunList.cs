using System.Globalization;
using Velodrome.Api.Http;
using Velodrome.Data.Runs;
using Velodrome.Training;

namespace Velodrome.Api.Runs;

/// <summary>The order of a list of runs.</summary>
public enum RunOrder
{
    Newest,
    Oldest,

    /// <summary>The smallest first; runs without one are left out.</summary>
    BestValidationLoss,
}

/// <summary>Pages by key, so that runs that come or go meanwhile neither repeat nor hide others. A token is the last run's place.</summary>
internal static class RunPaging
{
    public static IQueryable<Run> After(this RunOrder order, IQueryable<Run> runs, string? token)
    {
        var (id, loss) = token is null ? default : Parse(token);
        return order switch
        {
            RunOrder.Oldest => runs.Where(run => run.Id > id).OrderBy(run => run.Id),
            RunOrder.BestValidationLoss => runs
                .Where(run => run.BestValidationLoss != null)
                .Where(run => token == null || run.BestValidationLoss > loss || (run.BestValidationLoss == loss && run.Id > id))
                .OrderBy(run => run.BestValidationLoss).ThenBy(run => run.Id),
            _ => runs.Where(run => token == null || run.Id < id).OrderByDescending(run => run.Id),
        };
    }

    /// <summary>Runs with a text in their name, in capitals or not.</summary>
    public static IQueryable<Run> Named(this IQueryable<Run> runs, string text)
    {
        var wanted = text.ToLowerInvariant();
#pragma warning disable CA1862 // the comparison that it asks for has no SQL
        return runs.Where(run => run.Name.ToLower().Contains(wanted));
#pragma warning restore CA1862
    }

    public static Page<RunResponse> Page(this RunOrder order, List<Run> found, int size, Func<Run, RunResponse> show) =>
        new([.. found.Take(size).Select(show)], found.Count > size ? TokenAfter(order, found[size - 1]) : null);

    private static string TokenAfter(RunOrder order, Run last) => order == RunOrder.BestValidationLoss
        ? string.Create(CultureInfo.InvariantCulture, $"{last.Id}_{last.BestValidationLoss:R}")
        : last.Id.ToString(CultureInfo.InvariantCulture);

    private static (long Id, double Loss) Parse(string token)
    {
        var parts = token.Split('_', 2);
        var loss = 0.0;
        return long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && (parts.Length == 1 || double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out loss))
            ? (id, loss)
            : throw new RefusedException("invalidPageToken", "pageToken", $"'{token}' is no page token. Send the nextPageToken of the page before, or none for the first page.");
    }
}
