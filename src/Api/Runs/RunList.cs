using Velodrome.Api.Http;
using Velodrome.Data.Runs;

namespace Velodrome.Api.Runs;

/// <summary>The order of a list of runs.</summary>
public enum RunOrder
{
    Newest,
    Oldest,

    /// <summary>The lowest validation loss first. Runs without one are left out.</summary>
    BestValidationLoss,
}

/// <summary>Pages through runs by sort key, so that runs created or deleted in between neither repeat nor hide others.</summary>
internal static class RunPaging
{
    /// <summary>Selects the runs that follow the page that ended with this token, in order.</summary>
    public static IQueryable<Run> After(this RunOrder order, IQueryable<Run> runs, string? pageToken)
    {
        var last = PageToken.Read(pageToken, hasSortValue: order == RunOrder.BestValidationLoss);
        var (id, loss) = (last?.Id, last?.SortValue);
        return order switch
        {
            RunOrder.Oldest => runs.Where(run => id == null || run.Id > id).OrderBy(run => run.Id),
            RunOrder.BestValidationLoss => runs
                .Where(run => run.BestValidationLoss != null)
                .Where(run => id == null || run.BestValidationLoss > loss || (run.BestValidationLoss == loss && run.Id > id))
                .OrderBy(run => run.BestValidationLoss).ThenBy(run => run.Id),
            _ => runs.Where(run => id == null || run.Id < id).OrderByDescending(run => run.Id),
        };
    }

    /// <summary>Selects the runs whose name contains the text, ignoring case.</summary>
    public static IQueryable<Run> Named(this IQueryable<Run> runs, string text)
    {
        var lower = text.ToLowerInvariant();
#pragma warning disable CA1862 // the comparison that the rule asks for has no SQL translation
        return runs.Where(run => run.Name.ToLower().Contains(lower));
#pragma warning restore CA1862
    }

    public static Page<RunResponse> Page(this RunOrder order, List<Run> found, int size, Func<Run, RunResponse> show) => Http.Page.Create(
        found, size, last => new PageToken(last.Id, order == RunOrder.BestValidationLoss ? last.BestValidationLoss : null), show);
}
