using Microsoft.EntityFrameworkCore;
using Velodrome.Training.Fitting;

namespace Velodrome.Data.Runs;

/// <summary>A new run that begins with what an ended one has: its epochs and its checkpoint.</summary>
public static class RunContinuation
{
    /// <param name="writer">Writes the new run, whole or not at all.</param>
    /// <param name="parent">A run that has ended, and not failed.</param>
    /// <param name="epochs">Upper bound on the new run's epochs, the parent's included.</param>
    /// <param name="name">The new run's name.</param>
    /// <param name="now">Unix milliseconds.</param>
    public static Task<Run> Continue(this DatabaseWriter writer, Run parent, int epochs, string name, long now) => writer.Write(database =>
    {
        var run = new Run
        {
            Name = Run.TruncateName(name),
            ParentId = parent.Id,
            DatasetId = parent.DatasetId,
            ValidationDatasetId = parent.ValidationDatasetId,
            TestDatasetId = parent.TestDatasetId,
            Spec = parent.Spec with { Training = parent.Spec.Training with { Epochs = epochs } },
            Split = parent.Split,
            Warnings = parent.Warnings,
            BaselineLoss = parent.BaselineLoss,
            LastEpoch = parent.LastEpoch,
            BestEpoch = parent.BestEpoch,
            BestValidationLoss = parent.BestValidationLoss,
            CreatedAt = now,
            EnqueuedAt = now,
        };
        database.Runs.Add(run);
        database.SaveChanges();
        database.Database.ExecuteSql($"""
            INSERT INTO "Epochs" ("RunId", "Number", "TrainLoss", "ValidationLoss", "LearningRate", "Seconds")
            SELECT {run.Id}, "Number", "TrainLoss", "ValidationLoss", "LearningRate", "Seconds" FROM "Epochs" WHERE "RunId" = {parent.Id}
            """);
        if (database.LoadCheckpoint(parent.Id, damaged: _ => { }) is { } state)
        {
            database.SaveCheckpoint(run.Id, parent.StopReason == StopReason.Patience ? state with { PatienceFrom = state.Epoch } : state);
        }

        return run;
    });
}
