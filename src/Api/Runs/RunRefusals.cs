using Velodrome.Data.Runs;
using Velodrome.Training;

namespace Velodrome.Api.Runs;

/// <summary>What a run's present status forbids.</summary>
internal static class RunRefusals
{
    public static RefusedException NotFinished(Run run, string instead) =>
        new("runNotFinished", "id", $"Run {run.Id} is still {run.Status.ToString().ToLowerInvariant()}. {instead.Replace("{id}", $"{run.Id}")}");

    public static RefusedException WithoutModel(Run run) => run.FinishedAt is null
        ? NotFinished(run, "Wait until its status is succeeded.")
        : new("runWithoutModel", "id", $"Run {run.Id} is {run.Status.ToString().ToLowerInvariant()} and kept no weights. {run.Error?.Message ?? "It was cancelled before its first epoch."} Start another run.");
}
