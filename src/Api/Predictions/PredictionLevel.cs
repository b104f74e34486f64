using Velodrome.Training;
using Velodrome.Training.Encoding;
using Velodrome.Training.Models;

namespace Velodrome.Api.Predictions;

/// <summary>The probability with which an interval contains the true value.</summary>
internal static class PredictionLevel
{
    private const double Default = 0.9;

    /// <exception cref="RefusedException"><c>notApplicable</c>, <c>outOfRange</c>.</exception>
    public static double Resolve(double? level, TrainedModel model)
    {
        if (level is not null && model.Encoder.Target is ClassTarget)
        {
            throw new RefusedException("notApplicable", "level",
                "This run predicts classes, which have probabilities instead of an interval. Leave level out.");
        }

        return level is null or (> 0 and < 1) ? level ?? Default : throw new RefusedException("outOfRange", "level",
            $"level is {level}, but it must be greater than 0 and less than 1: it is the probability with which the interval contains " +
            $"the true value. Leave it out for {Default}.");
    }
}
