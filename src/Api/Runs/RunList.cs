using System.Globalization;
using Velodrome.Data.Runs;
using Velodrome.Training;

namespace Velodrome.Api.Runs;

/// <summary>A page of runs.</summary>
/// <param name="Runs">In the order asked for.</param>
/// <param name="NextPageToken">Send it as pageToken for the next page; null on the last.</param>
public sealed record RunListResponse(IReadOnlyList<RunResponse> Runs, string? NextPageToken);

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
    public static IQueryable<Run> Page(this RunOrder order, IQueryable<Run> runs, string? token)
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

    public static string TokenAfter(this RunOrder order, Run last) => order == RunOrder.BestValidationLoss
        ? string.Create(CultureInfo.InvariantCulture, $"{last.Id}_{last.BestValidationLoss:R}")
        : last.Id.ToString(CultureInfo.InvariantCulture);

    private static (long Id, double Loss) Parse(string token)
    {
        var parts = token.Split('_', 2);
        var loss = 0.0;
        return long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && (parts.Length == 1 || double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out loss))
            ? (id, loss)
            : throw new RefusedException("unknownPageToken", "pageToken", $"'{token}' is no page token. Send the nextPageToken of the page before, or none for the first page.");
    }
}
