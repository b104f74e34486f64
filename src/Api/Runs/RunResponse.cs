using Velodrome.Data.Runs;
using Velodrome.Training.Checks;
using Velodrome.Training.Evaluation;
using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Runs;

namespace Velodrome.Api.Runs;

/// <summary>A run, as every call returns it; members that have no value yet are null.</summary>
public sealed record RunResponse
{
    public required long Id { get; init; }

    public required string Name { get; init; }

    public required RunStatus Status { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset? StartedAt { get; init; }

    public required DateTimeOffset? FinishedAt { get; init; }

    public required RunProgress Progress { get; init; }

    /// <summary>The run that this one goes on from.</summary>
    public required long? ParentId { get; init; }

    /// <summary>What is trained, with every default filled in.</summary>
    public required RunSpec Spec { get; init; }

    public required RunSplit Split { get; init; }

    /// <summary>What was found amiss with the data when the run was accepted.</summary>
    public required IReadOnlyList<RunWarning> Warnings { get; init; }

    public required LossResponse Loss { get; init; }

    /// <summary>The epoch with the best validation loss so far.</summary>
    public required int? BestEpoch { get; init; }

    /// <summary>Its validation loss, in the unit that loss says.</summary>
    public required double? BestValidationLoss { get; init; }

    /// <summary>Validation loss of the answer that looks at no feature, the training rows' mean or their classes' shares: what the network must beat.</summary>
    public required double? BaselineLoss { get; init; }

    public required StopReason? StopReason { get; init; }

    /// <summary>The epoch whose weights predict.</summary>
    public required int? WeightsFromEpoch { get; init; }

    public required string? WeightsSha256 { get; init; }

    /// <summary>How good those weights are on each part of the split, and by how much they beat simpler models.</summary>
    public required RunEvaluation? Evaluation { get; init; }

    /// <summary>Whether the network learnt, with the evidence; provisional while it trains.</summary>
    public required VerdictResponse? Verdict { get; init; }

    /// <summary>Why the run failed.</summary>
    public required RunError? Error { get; init; }

    public required RunLinks Links { get; init; }

    public static RunResponse From(Run run, DateTimeOffset now) => new()
    {
        Id = run.Id,
        Name = run.Name,
        Status = run.Status,
        CreatedAt = Time(run.CreatedAt).GetValueOrDefault(),
        StartedAt = Time(run.StartedAt),
        FinishedAt = Time(run.FinishedAt),
        Progress = RunProgress.Of(run, now),
        ParentId = run.ParentId,
        Spec = run.Spec,
        Split = run.Split,
        Warnings = run.Warnings,
        Loss = LossResponse.Of(run.Spec),
        BestEpoch = run.BestEpoch,
        BestValidationLoss = run.BestValidationLoss,
        BaselineLoss = run.BaselineLoss,
        StopReason = run.StopReason,
        WeightsFromEpoch = run.WeightsSha256 is null ? null : run.BestEpoch,
        WeightsSha256 = run.WeightsSha256,
        Evaluation = run.Evaluation,
        Verdict = run.Verdict is null ? null : VerdictResponse.From(run, run.Verdict),
        Error = run.Error,
        Links = RunLinks.Of(run.Id),
    };

    private static DateTimeOffset? Time(long? milliseconds) =>
        milliseconds is { } known ? DateTimeOffset.FromUnixTimeMilliseconds(known) : null;
}

/// <summary>How far a run is.</summary>
/// <param name="Epoch">The last epoch recorded.</param>
/// <param name="Epochs">At most so many.</param>
/// <param name="SecondsLeft">An estimate, if no early stopping ends it sooner; null before the first epoch.</param>
public sealed record RunProgress(int Epoch, int Epochs, double? SecondsLeft)
{
    internal static RunProgress Of(Run run, DateTimeOffset now)
    {
        var epoch = run.LastEpoch ?? 0;
        double? left = run switch
        {
            { FinishedAt: not null } => 0,
            { StartedAt: { } started } when epoch > 0 => Math.Max(0, now.ToUnixTimeMilliseconds() - started) / 1000.0 / epoch * (run.Spec.Training.Epochs - epoch),
            _ => null,
        };
        return new(epoch, run.Spec.Training.Epochs, left);
    }
}

/// <summary>Which loss the curves show.</summary>
/// <param name="Name">As in the request.</param>
/// <param name="Unit">The target's own unit, squared for squared losses; nats for classes.</param>
public sealed record LossResponse(LossKind Name, string Unit)
{
    internal static LossResponse Of(RunSpec spec) =>
        new(spec.Training.Loss, LossDefinition.Of(spec.Training.Loss).UnitOf(spec.Target));
}

/// <summary>Where to go on from here.</summary>
public sealed record RunLinks(string Self, string History, string EarlyStopping, string Predictions, string Cancel, string Continue)
{
    internal static RunLinks Of(long id) => new(
        $"/api/v1/runs/{id}", $"/api/v1/runs/{id}/history", $"/api/v1/runs/{id}/early-stopping",
        $"/api/v1/runs/{id}/predictions", $"/api/v1/runs/{id}/cancel", $"/api/v1/runs/{id}/continue");
}
