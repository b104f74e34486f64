using Velodrome.Training;
using Velodrome.Training.Encoding;
using Velodrome.Training.Models;

namespace Velodrome.Api.Predictions;

/// <summary>What to say beside a prediction.</summary>
/// <param name="Level">The probability with which an interval contains the true value.</param>
/// <param name="Disagreement">Whether to say how much the run's networks differ.</param>
internal readonly record struct PredictionOptions(double Level, bool Disagreement)
{
    private const double DefaultLevel = 0.9;

    /// <exception cref="RefusedException"><c>notApplicable</c>, <c>outOfRange</c>.</exception>
    public static PredictionOptions Resolve(double? level, bool disagreement, TrainedModel model) =>
        new(ResolveLevel(level, model), !disagreement || model.Members > 1
            ? disagreement
            : throw new RefusedException("notApplicable", "disagreement",
                "This run has a single network, so there is no second one that could differ. Leave disagreement out, or train a run with " +
                "\"training\": { \"members\": 5 }."));

    private static double ResolveLevel(double? level, TrainedModel model)
    {
        if (level is not null && model.Encoder.Target is ClassTarget)
        {
            throw new RefusedException("notApplicable", "level",
                "This run predicts classes, which have probabilities instead of an interval. Leave level out.");
        }

        return level is null or (> 0 and < 1) ? level ?? DefaultLevel : throw new RefusedException("outOfRange", "level",
            $"level is {level}, but it must be greater than 0 and less than 1: it is the probability with which the interval contains " +
            $"the true value. Leave it out for {DefaultLevel}.");
    }
}
