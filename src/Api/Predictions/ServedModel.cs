using Velodrome.Data.Runs;
using Velodrome.Training.Models;
using Velodrome.Training.Verdicts;

namespace Velodrome.Api.Predictions;

/// <summary>A run's model, and what each prediction says about the run.</summary>
internal sealed record ServedModel(long RunId, int WeightsFromEpoch, VerdictNote? Verdict, TrainedModel Model)
{
    public static ServedModel Of(Run run, TrainedModel model) => new(
        run.Id,
        run.BestEpoch!.Value,
        run.Verdict is { Code: not VerdictCode.Healthy } verdict ? new(verdict.Code, verdict.Sentence) : null,
        model);
}
