using System.Globalization;
using System.Text;
using Velodrome.Data.Runs;

namespace Velodrome.Api.Runs;

/// <summary>The losses of one epoch.</summary>
/// <param name="Epoch">The epoch's number. Epoch 0 is the untrained network.</param>
/// <param name="TrainLoss">
/// The mean over the training rows, each batch measured before its update. Null if it was not a finite number.
/// </param>
/// <param name="ValidationLoss">The loss on the validation rows after the epoch. Null if it was not a finite number.</param>
/// <param name="LearningRate">The learning rate of the epoch's last step; 0 at epoch 0.</param>
/// <param name="Seconds">Training time from the start of the run's first epoch to the end of this one.</param>
public sealed record EpochResponse(int Epoch, double? TrainLoss, double? ValidationLoss, double LearningRate, double Seconds)
{
    public static EpochResponse Of(Epoch epoch) =>
        new(epoch.Number, epoch.TrainLoss, epoch.ValidationLoss, epoch.LearningRate, epoch.Seconds);
}

/// <summary>A run's training and validation loss in each epoch.</summary>
/// <param name="RunId">The run's id.</param>
/// <param name="Loss">The loss function and its unit.</param>
/// <param name="BestEpoch">The epoch with the lowest validation loss so far.</param>
/// <param name="Epochs">The epochs in order.</param>
public sealed record HistoryResponse(long RunId, LossResponse Loss, int? BestEpoch, IReadOnlyList<EpochResponse> Epochs)
{
    public string ToCsv()
    {
        var csv = new StringBuilder("epoch,trainLoss,validationLoss,learningRate,seconds\n");
        foreach (var epoch in Epochs)
        {
            csv.Append(CultureInfo.InvariantCulture,
                $"{epoch.Epoch},{epoch.TrainLoss},{epoch.ValidationLoss},{epoch.LearningRate},{epoch.Seconds}\n");
        }

        return csv.ToString();
    }
}
