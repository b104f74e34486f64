using System.Globalization;
using System.Text;
using Velodrome.Data.Runs;

namespace Velodrome.Api.Runs;

/// <summary>One epoch of the two curves.</summary>
/// <param name="Epoch">0 is the untrained network.</param>
/// <param name="TrainLoss">Mean over the epoch's batches as they were trained on; null where it was not finite.</param>
/// <param name="ValidationLoss">Measured after the epoch on rows that are never trained on; null where it was not finite.</param>
/// <param name="LearningRate">Size of the epoch's steps.</param>
/// <param name="Seconds">Training time from the run's first epoch to the end of this one.</param>
public sealed record EpochResponse(int Epoch, double? TrainLoss, double? ValidationLoss, double LearningRate, double Seconds)
{
    public static EpochResponse Of(Epoch epoch) => new(epoch.Number, epoch.TrainLoss, epoch.ValidationLoss, epoch.LearningRate, epoch.Seconds);
}

/// <summary>A run's epochs in order.</summary>
public sealed record HistoryResponse(long RunId, LossResponse Loss, int? BestEpoch, IReadOnlyList<EpochResponse> Epochs)
{
    public string ToCsv()
    {
        var csv = new StringBuilder("epoch,trainLoss,validationLoss,learningRate,seconds\n");
        foreach (var epoch in Epochs)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{epoch.Epoch},{epoch.TrainLoss},{epoch.ValidationLoss},{epoch.LearningRate},{epoch.Seconds}\n");
        }

        return csv.ToString();
    }
}
