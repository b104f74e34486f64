using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Velodrome.Data.Runs;
using Velodrome.Training;
using Velodrome.Training.Fitting;
using Velodrome.Training.Runs;

namespace Velodrome.Api.Runs;

/// <summary>How the end of a training is written down.</summary>
internal static class RunOutcomes
{
    public static RunOutcome Of(RunClaim claim, TrainedRun trained)
    {
        if (trained.Model is null)
        {
            return new(RunStatus.Failed, StopReason.Diverged, Error: Diverged(trained.Fit.StoppedEpoch, claim.Spec.Training.LearningRate));
        }

        var bytes = trained.Model.Save();
        return new(RunStatus.Succeeded, trained.Fit.StopReason, trained.Evaluation,
            Sha256(MemoryMarshal.AsBytes<float>(trained.Fit.BestWeights)),
            new Model { RunId = claim.RunId, Bytes = bytes, Sha256 = Sha256(bytes) });
    }

    /// <summary>What was refused is the caller's to mend and is said; what failed here is in the log.</summary>
    public static RunOutcome Of(Exception failure) => new(RunStatus.Failed, Error: failure is RefusedException refused
        ? new(refused.Faults[0].Code, refused.Message, null)
        : new("internalError", "Training failed inside the service; its log says why. The request can be sent again.", null));

    private static RunError Diverged(int epoch, double learningRate) => new("diverged",
        $"The loss stopped being a finite number in epoch {epoch}: the steps were too large. Try \"learningRate\": {learningRate / 10:G2}, or look for extreme values in the table.", epoch);

    private static string Sha256(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
