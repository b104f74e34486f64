using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Velodrome.Data.Runs;
using Velodrome.Data.Sqlite;
using Velodrome.Training;
using Velodrome.Training.Fitting;
using Velodrome.Training.Runs;

namespace Velodrome.Api.Worker;

/// <summary>Turns the result of a training into the outcome that is stored.</summary>
internal static class RunOutcomes
{
    public static RunOutcome FromTraining(RunClaim claim, TrainedRun trained) => trained.Result.StopReason switch
    {
        StopReason.Diverged => new(RunStatus.Failed, StopReason.Diverged, Verdict: trained.Verdict,
            Error: Diverged(trained.Result.StoppedEpoch, claim.Spec.Training.LearningRate)),
        StopReason.Cancelled => new(RunStatus.Cancelled, StopReason.Cancelled, trained.Model, trained.Evaluation, trained.Verdict),
        var reason => new(RunStatus.Succeeded, reason, trained.Model, trained.Evaluation, trained.Verdict),
    };

    /// <summary>The run was cancelled before it had an epoch: nothing is kept.</summary>
    public static RunOutcome CancelledBeforeTraining { get; } = new(RunStatus.Cancelled, StopReason.Cancelled);

    /// <summary>Gives the details of failures that the caller can fix. The details of internal failures are only in the log.</summary>
    public static RunOutcome FromFailure(Exception failure) => new(RunStatus.Failed, Error: failure switch
    {
        RefusedException refused => new(refused.Faults[0].Code, refused.Message, null),
        SqliteException damage when SqliteFileCheck.IsDamage(damage) => new("databaseDamaged",
            "The database file is damaged where this run needs it. Stop the service, run `Velodrome.Api check`, and restore a backup.",
            null),
        NondeterministicException differing => new("nondeterministic", differing.Message, differing.Epoch),
        _ when IsOutOfMemory(failure) => new("outOfMemory",
            "The worker had not enough memory for this run. Start a run with a smaller network or a smaller batchSize, or start the " +
            "service with fewer Workers, or on a machine with more memory.", null),
        _ => new("internalError", "Training failed inside the service, and its log has the cause. The same request would probably fail " +
            "again. Report it, or change the request.", null),
    });

    public static RunOutcome CrashLoop(int attempts) => new(RunStatus.Failed, Error: new("crashLoop",
        $"The service ended {attempts} times while it trained this run, each time before an epoch was recorded. " +
        "The run may need more memory than the machine has. Try a smaller network or a smaller batch.", null));

    /// <summary>Whether the runtime or libtorch could not allocate memory.</summary>
    private static bool IsOutOfMemory(Exception failure) => failure.GetBaseException() switch
    {
        OutOfMemoryException => true,
        ExternalException { Message: var message } => message.Contains("DefaultCPUAllocator", StringComparison.Ordinal),
        _ => false,
    };

    private static RunError Diverged(int epoch, double learningRate) => new("diverged",
        $"The loss was no longer a finite number in epoch {epoch}, because the steps were too large. " +
        $"Try \"learningRate\": {learningRate / 10:G2}, or look for extreme values in the table.", epoch);
}
