using Velodrome.Data.Runs;
using Velodrome.Training;
using Velodrome.Training.Fitting;
using Velodrome.Training.Runs;

namespace Velodrome.Api.Worker;

/// <summary>How the end of a training is written down.</summary>
internal static class RunOutcomes
{
    public static RunOutcome FromTraining(RunClaim claim, TrainedRun trained) => trained.Result.StopReason switch
    {
        StopReason.Diverged => new(RunStatus.Failed, StopReason.Diverged, Verdict: trained.Verdict, Error: Diverged(trained.Result.StoppedEpoch, claim.Spec.Training.LearningRate)),
        StopReason.Cancelled => new(RunStatus.Cancelled, StopReason.Cancelled, trained.Model, trained.Evaluation, trained.Verdict),
        var reason => new(RunStatus.Succeeded, reason, trained.Model, trained.Evaluation, trained.Verdict),
    };

    /// <summary>What was refused is the caller's to mend and is said; what failed here is in the log.</summary>
    public static RunOutcome FromFailure(Exception failure) => new(RunStatus.Failed, Error: failure switch
    {
        RefusedException refused => new(refused.Faults[0].Code, refused.Message, null),
        NondeterministicException differing => new("nondeterministic", differing.Message, differing.Epoch),
        _ => new("internalError", "Training failed inside the service; its log says why. The request can be sent again.", null),
    });

    public static RunOutcome CrashLoop(int attempts) => new(RunStatus.Failed, Error: new("crashLoop",
        $"The service ended {attempts} times while it trained this run, without one epoch of progress in between. The run may need more memory than there is; try a smaller network or batch.", null));

    private static RunError Diverged(int epoch, double learningRate) => new("diverged",
        $"The loss stopped being a finite number in epoch {epoch}: the steps were too large. Try \"learningRate\": {learningRate / 10:G2}, or look for extreme values in the table.", epoch);
}
