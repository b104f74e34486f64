using Velodrome.Data.Runs;
using Velodrome.Training;
using Velodrome.Training.Fitting;
using Velodrome.Training.Runs;

namespace Velodrome.Api.Worker;

/// <summary>Turns the end of a training into the outcome that is stored.</summary>
internal static class RunOutcomes
{
    public static RunOutcome FromTraining(RunClaim claim, TrainedRun trained) => trained.Result.StopReason switch
    {
        StopReason.Diverged => new(RunStatus.Failed, StopReason.Diverged, Verdict: trained.Verdict,
            Error: Diverged(trained.Result.StoppedEpoch, claim.Spec.Training.LearningRate)),
        StopReason.Cancelled => new(RunStatus.Cancelled, StopReason.Cancelled, trained.Model, trained.Evaluation, trained.Verdict),
        var reason => new(RunStatus.Succeeded, reason, trained.Model, trained.Evaluation, trained.Verdict),
    };

    /// <summary>Gives the details of failures that the caller can fix. The details of internal failures are only in the log.</summary>
    public static RunOutcome FromFailure(Exception failure) => new(RunStatus.Failed, Error: failure switch
    {
        RefusedException refused => new(refused.Faults[0].Code, refused.Message, null),
        NondeterministicException differing => new("nondeterministic", differing.Message, differing.Epoch),
        _ => new("internalError", "Training failed inside the service. Its log has the cause. You can send the request again.", null),
    });

    public static RunOutcome CrashLoop(int attempts) => new(RunStatus.Failed, Error: new("crashLoop",
        $"The service ended {attempts} times while it trained this run, each time before an epoch was recorded. " +
        "The run may need more memory than the machine has. Try a smaller network or a smaller batch.", null));

    private static RunError Diverged(int epoch, double learningRate) => new("diverged",
        $"The loss was no longer a finite number in epoch {epoch}, because the steps were too large. " +
        $"Try \"learningRate\": {learningRate / 10:G2}, or look for extreme values in the table.", epoch);
}
