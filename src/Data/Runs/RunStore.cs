using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;

namespace Velodrome.Data.Runs;

/// <summary>
/// Every change in a run's life, each in one transaction. A worker claims a run, which raises its fencing token; whatever it
/// writes later is written only while that token is still the newest (Kleppmann 2016, "How to do distributed locking").
/// </summary>
public sealed class RunStore(DatabaseWriter writer, IDbContextFactory<TrainingDbContext> contexts, TimeProvider time)
{
    /// <summary>How long a claim holds without being renewed.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    /// <summary>So many claims in a row without one epoch between them are a crash loop.</summary>
    public const int MaxAttempts = 3;

    private readonly string _owner = $"{Environment.MachineName}:{Environment.ProcessId}";

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private long LeaseEnd => Now + (long)Lease.TotalMilliseconds;

    /// <summary>Takes a run that waits, or whose worker has not been heard of for a lease's time.</summary>
    /// <returns>The claim, or null when the run is not waiting for anybody.</returns>
    public RunClaim? Claim(long runId) => writer.WriteAndWait(database =>
    {
        var (now, until) = (Now, LeaseEnd);
        var claimed = database.Runs
            .Where(run => run.Id == runId && (run.Status == RunStatus.Queued || (run.Status == RunStatus.Running && run.LeaseUntil < now)))
            .ExecuteUpdate(run => run
                .SetProperty(run => run.Status, RunStatus.Running)
                .SetProperty(run => run.Token, run => run.Token + 1)
                .SetProperty(run => run.Attempts, run => run.Attempts + 1)
                .SetProperty(run => run.LeaseOwner, _owner)
                .SetProperty(run => run.LeaseUntil, until)
                .SetProperty(run => run.StartedAt, run => run.StartedAt ?? now));
        return claimed == 0 ? null : database.Runs.AsNoTracking().Where(run => run.Id == runId).AsEnumerable()
            .Select(run => new RunClaim(run.Id, run.Token, run.Attempts, run.CancelRequested, new(run.DatasetId, run.ValidationDatasetId, run.TestDatasetId), run.Spec)).Single();
    });

    /// <summary>Renews the claim.</summary>
    /// <exception cref="ClaimLostException">The run is another worker's.</exception>
    public void Renew(RunClaim claim) => writer.WriteAndWait(database =>
    {
        var until = LeaseEnd;
        Require(claim, Held(database, claim).ExecuteUpdate(run => run.SetProperty(run => run.LeaseUntil, until)));
    });

    /// <summary>Whether somebody has asked for the run to be cancelled. Only reads, and so may be asked often.</summary>
    /// <exception cref="ClaimLostException">The run is another worker's.</exception>
    public bool CancelRequested(RunClaim claim)
    {
        using var database = contexts.CreateDbContext();
        return Held(database, claim).Select(run => (bool?)run.CancelRequested).FirstOrDefault() ?? throw new ClaimLostException(claim.RunId);
    }

    /// <summary>Adds epochs, and a checkpoint to go on from; completes once they are committed.</summary>
    /// <exception cref="ClaimLostException">Nothing was written.</exception>
    public Task Record(RunClaim claim, ProgressUpdate progress) => writer.Write(database => Record(database, claim, progress));

    /// <summary>Adds the last epochs and ends the run.</summary>
    /// <exception cref="ClaimLostException">Nothing was written.</exception>
    public void Finish(RunClaim claim, ProgressUpdate progress, RunOutcome outcome) => writer.WriteAndWait(database =>
    {
        Record(database, claim, progress);
        var (now, verdict, weights) = (Now, outcome.Verdict?.Code, outcome.Model?.WeightsSha256);
        Held(database, claim).ExecuteUpdate(run => run
            .SetProperty(run => run.Status, outcome.Status)
            .SetProperty(run => run.StopReason, outcome.StopReason)
            .SetProperty(run => run.Evaluation, outcome.Evaluation)
            .SetProperty(run => run.Verdict, outcome.Verdict)
            .SetProperty(run => run.VerdictCode, verdict)
            .SetProperty(run => run.Error, outcome.Error)
            .SetProperty(run => run.WeightsSha256, weights)
            .SetProperty(run => run.FinishedAt, now)
            .SetProperty(run => run.LeaseOwner, (string?)null)
            .SetProperty(run => run.LeaseUntil, (long?)null));
        if (outcome.Model is not null)
        {
            var bytes = outcome.Model.Save();
            database.Models.Add(new Model { RunId = claim.RunId, Bytes = bytes, Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)) });
        }
    });

    /// <summary>Puts the run back among the waiting, to go on from its last checkpoint. Nothing happens if the claim is lost.</summary>
    public void Release(RunClaim claim) => writer.WriteAndWait(database => Held(database, claim).ExecuteUpdate(run => run
        .SetProperty(run => run.Status, RunStatus.Queued)
        .SetProperty(run => run.Attempts, 0)
        .SetProperty(run => run.LeaseOwner, (string?)null)
        .SetProperty(run => run.LeaseUntil, (long?)null)));

    private static void Record(TrainingDbContext database, RunClaim claim, ProgressUpdate progress)
    {
        int? bestEpoch = progress.BestEpoch > 0 ? progress.BestEpoch : null;
        double? bestLoss = bestEpoch is null ? null : progress.BestLoss;
        var advanced = progress.Epochs.Count > 0;
        Require(claim, Held(database, claim).ExecuteUpdate(run => run
            .SetProperty(run => run.Attempts, run => advanced ? 0 : run.Attempts)
            .SetProperty(run => run.LastEpoch, run => progress.LastEpoch ?? run.LastEpoch)
            .SetProperty(run => run.BestEpoch, run => bestEpoch ?? run.BestEpoch)
            .SetProperty(run => run.BestValidationLoss, run => bestLoss ?? run.BestValidationLoss)));
        database.InsertEpochs(claim.RunId, progress.Epochs);
        if (progress.Checkpoint is not null)
        {
            database.SaveCheckpoint(claim.RunId, progress.Checkpoint);
        }
    }

    private static IQueryable<Run> Held(TrainingDbContext database, RunClaim claim) =>
        database.Runs.Where(run => run.Id == claim.RunId && run.Token == claim.Token && run.Status == RunStatus.Running);

    private static void Require(RunClaim claim, int rows)
    {
        if (rows == 0)
        {
            throw new ClaimLostException(claim.RunId);
        }
    }
}
