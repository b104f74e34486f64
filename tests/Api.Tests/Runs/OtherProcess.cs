using Microsoft.EntityFrameworkCore;
using Velodrome.Data;
using Velodrome.Data.Runs;

namespace Velodrome.Api.Tests.Runs;

/// <summary>Changes that another process would make in the database.</summary>
internal static class OtherProcess
{
    /// <summary>Marks the run as running, with a lease that never expires.</summary>
    public static Task ClaimForever(this DatabaseWriter writer, long id) => writer.Write(database => database.Runs
        .Where(run => run.Id == id)
        .ExecuteUpdate(run => run
            .SetProperty(found => found.Status, RunStatus.Running)
            .SetProperty(found => found.FinishedAt, (long?)null)
            .SetProperty(found => found.LeaseUntil, long.MaxValue)));

    /// <summary>Records an epoch.</summary>
    public static Task AddEpoch(this DatabaseWriter writer, long id, int number) => writer.Write(database =>
    {
        database.Epochs.Add(
            new() { RunId = id, Number = number, TrainLoss = 1, ValidationLoss = 1, LearningRate = 0.1, Seconds = number });
        database.Runs.Where(run => run.Id == id).ExecuteUpdate(run => run.SetProperty(found => found.LastEpoch, number));
    });
}
