using Velodrome.Data.Runs;
using Velodrome.Training;

namespace Velodrome.Api.Runs;

/// <summary>Refusals of requests that a run's status does not allow.</summary>
internal static class RunRefusals
{
    /// <param name="run">A run that has not ended.</param>
    /// <param name="advice">What to do instead, as a sentence.</param>
    public static RefusedException NotFinished(Run run, string advice) =>
        new("runNotFinished", "id", $"Run {run.Id} is still {run.Status.ToString().ToLowerInvariant()}. {advice}");

    /// <param name="run">A run that has ended.</param>
    public static RefusedException WithoutModel(Run run) =>
        new("runWithoutModel", "id", $"Run {run.Id} is {run.Status.ToString().ToLowerInvariant()} and has no model. " +
            $"{run.Error?.Message ?? "It was cancelled before its first epoch."} Start a new run.");
}
