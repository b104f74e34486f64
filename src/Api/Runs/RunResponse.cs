using System.Text.Json.Serialization;
using Velodrome.Api.Http;
using Velodrome.Data.Runs;
using Velodrome.Training.Checks;
using Velodrome.Training.Evaluation;
using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Runs;

namespace Velodrome.Api.Runs;

/// <summary>A run. Members that have no value yet are null.</summary>
public sealed record RunResponse
{
    /// <summary>The run's number in all addresses.</summary>
    public required long Id { get; init; }

    /// <summary>A name for people. It need not be unique.</summary>
    public required string Name { get; init; }

    /// <summary>Queued, running, or how the run ended.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>When the run was accepted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The API key that started the run. Missing if it was started without one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required string? CreatedBy { get; init; }

    /// <summary>When a worker first started to train the run.</summary>
    public required DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the run ended.</summary>
    public required DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The number of epochs trained so far.</summary>
    public required RunProgress Progress { get; init; }

    /// <summary>The run that this one continues.</summary>
    public required long? ParentId { get; init; }

    /// <summary>The settings of the run, with every default filled in.</summary>
    public required RunSpec Spec { get; init; }

    /// <summary>The number of rows in each part of the split.</summary>
    public required RunSplit Split { get; init; }

    /// <summary>Problems with the data that were found when the run was accepted.</summary>
    public required IReadOnlyList<RunWarning> Warnings { get; init; }

    /// <summary>The loss function and its unit.</summary>
    public required LossResponse Loss { get; init; }

    /// <summary>The epoch with the lowest validation loss so far.</summary>
    public required int? BestEpoch { get; init; }

    /// <summary>The validation loss of the best epoch, in the unit of `loss`.</summary>
    public required double? BestValidationLoss { get; init; }

    /// <summary>
    /// The validation loss of a constant prediction: the mean of the training rows, their quantile for the loss quantile, or the shares of
    /// their classes. A useful network has a lower one.
    /// </summary>
    public required double? BaselineLoss { get; init; }

    /// <summary>Why training ended.</summary>
    public required StopReason? StopReason { get; init; }

    /// <summary>The epoch whose weights make predictions.</summary>
    public required int? WeightsFromEpoch { get; init; }

    /// <summary>The SHA-256 of those weights. Equal runs have equal weights.</summary>
    public required string? WeightsSha256 { get; init; }

    /// <summary>The quality of those weights' predictions on each part of the split, compared with simpler models.</summary>
    public required RunEvaluation? Evaluation { get; init; }

    /// <summary>Whether the network learnt, with the evidence. Provisional while the run is running.</summary>
    public required VerdictResponse? Verdict { get; init; }

    /// <summary>Why the run failed.</summary>
    public required RunError? Error { get; init; }

    /// <summary>Paths of the operations on the run.</summary>
    public required RunLinks Links { get; init; }

    public static RunResponse From(Run run, DateTimeOffset now) => new()
    {
        Id = run.Id,
        Name = run.Name,
        Status = run.Status,
        CreatedAt = Time(run.CreatedAt).GetValueOrDefault(),
        CreatedBy = run.Owner,
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

    /// <summary>The run as an entry of a list, without the row numbers of its splits, which can be a million.</summary>
    public static RunResponse ForList(Run run, DateTimeOffset now)
    {
        var whole = From(run, now);
        var (validation, test) = (run.Spec.Validation, run.Spec.Test);
        return whole with
        {
            Spec = run.Spec with { Validation = validation with { Rows = null }, Test = test is null ? null : test with { Rows = null } },
        };
    }

    private static DateTimeOffset? Time(long? milliseconds) =>
        milliseconds is { } known ? DateTimeOffset.FromUnixTimeMilliseconds(known) : null;
}

/// <summary>The progress of a run.</summary>
/// <param name="Epoch">The last epoch that was recorded.</param>
/// <param name="Epochs">The largest number of epochs. Early stopping may end the run sooner.</param>
/// <param name="SecondsLeft">An estimate of the time for all remaining epochs. Null before the first epoch.</param>
public sealed record RunProgress(int Epoch, int Epochs, double? SecondsLeft)
{
    internal static RunProgress Of(Run run, DateTimeOffset now)
    {
        var epoch = run.LastEpoch ?? 0;
        double? secondsLeft = run switch
        {
            { FinishedAt: not null } => 0,
            { StartedAt: { } started } when epoch > 0 =>
                Math.Max(0, now.ToUnixTimeMilliseconds() - started) / 1000.0 / epoch * (run.Spec.Training.Epochs - epoch),
            _ => null,
        };
        return new(epoch, run.Spec.Training.Epochs, secondsLeft);
    }
}

/// <summary>The loss function of a run's curves.</summary>
/// <param name="Name">The loss function.</param>
/// <param name="Unit">The unit of the loss: that of the target, its square for squared losses, or nats for classes.</param>
public sealed record LossResponse(LossKind Name, string Unit)
{
    internal static LossResponse Of(RunSpec spec) =>
        new(spec.Training.Loss, LossDefinition.Of(spec.Training.Loss).UnitOf(spec.Target));
}

/// <summary>Paths of the operations on a run.</summary>
public sealed record RunLinks(
    ApiPath Self, ApiPath History, ApiPath EarlyStopping, ApiPath Predictions, ApiPath Cancel, ApiPath Continue)
{
    internal static RunLinks Of(long id) => new(
        $"/api/v1/runs/{id}", $"/api/v1/runs/{id}/history", $"/api/v1/runs/{id}/early-stopping",
        $"/api/v1/runs/{id}/predictions", $"/api/v1/runs/{id}/cancel", $"/api/v1/runs/{id}/continue");
}
