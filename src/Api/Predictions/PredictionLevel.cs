using Velodrome.Training;
using Velodrome.Training.Encoding;
using Velodrome.Training.Models;

namespace Velodrome.Api.Predictions;

/// <summary>How often an interval should hold the true value.</summary>
internal static class PredictionLevel
{
    private const double Default = 0.9;

    /// <exception cref="RefusedException"><c>notApplicable</c>, <c>outOfRange</c>.</exception>
    public static double Resolve(double? asked, TrainedModel model)
    {
        if (asked is not null && model.Encoder.Target is ClassTarget)
        {
            throw new RefusedException("notApplicable", "level", "This run predicts classes, which come with probabilities in place of an interval. Leave level out.");
        }

        return asked is null or (> 0 and < 1) ? asked ?? Default : throw new RefusedException("outOfRange", "level",
            $"The level is how often the interval holds the true value, so it must lie between 0 and 1, both excluded. It is {asked}; 0.9 is usual.");
    }
}
