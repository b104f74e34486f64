using Velodrome.Data.Runs;
using Velodrome.Training.Models;
using Velodrome.Training.Verdicts;

namespace Velodrome.Api.Predictions;

/// <summary>A run's model, with the facts about the run that each prediction includes.</summary>
internal sealed record ServedModel(long RunId, int WeightsFromEpoch, VerdictNote? Verdict, TrainedModel Model, FeatureReading Reading)
{
    public static ServedModel Of(Run run, TrainedModel model, FeatureReading reading) => new(
        run.Id,
        run.BestEpoch!.Value,
        run.Verdict is { Code: not VerdictCode.Healthy } verdict ? new(verdict.Code, verdict.Sentence) : null,
        model,
        reading);
}
