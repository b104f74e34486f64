using System.Text.Json;
using Velodrome.Data.Runs;

namespace Velodrome.Api.Runs.Watching;

/// <summary>New epochs of a run, and its progress.</summary>
/// <param name="Status">The run's status.</param>
/// <param name="Progress">How many epochs are trained.</param>
/// <param name="BestEpoch">The epoch with the lowest validation loss so far.</param>
/// <param name="BestValidationLoss">The validation loss of the best epoch.</param>
/// <param name="Epochs">The epochs since the previous event, in order and without gaps. Empty if only the status has changed.</param>
public sealed record RunEvent(
    RunStatus Status, RunProgress Progress, int? BestEpoch, double? BestValidationLoss, IReadOnlyList<EpochResponse> Epochs);

/// <summary>What a caller who has a run's epochs up to one of them does not know yet.</summary>
/// <param name="run">The run, read before its epochs: if it has ended, they are complete.</param>
/// <param name="after">The last epoch that the caller has.</param>
/// <param name="epochs">Epochs after that one, in order and without gaps.</param>
/// <param name="now">When the run was read.</param>
internal sealed class RunUpdate(Run run, int after, IReadOnlyList<EpochResponse> epochs, DateTimeOffset now)
{
    private readonly RunEvent _event =
        new(run.Status, RunProgress.Of(run, now), run.BestEpoch, run.BestValidationLoss, epochs);
    private byte[]? _json;

    public Run Run => run;

    public int After => after;

    public int LastEpoch { get; } = epochs.Count > 0 ? epochs[^1].Epoch : after;

    public bool HasEpochs => epochs.Count > 0;

    /// <summary>The event for a caller who has the epochs up to <paramref name="epoch"/>. Callers with the same epochs share one JSON text.
    /// </summary>
    public object EventAfter(int epoch, JsonSerializerOptions json) => epoch == after
        ? _json ??= JsonSerializer.SerializeToUtf8Bytes(_event, json)
        : _event with { Epochs = [.. epochs.Where(later => later.Epoch > epoch)] };
}
