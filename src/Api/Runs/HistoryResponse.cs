using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using Velodrome.Data.Runs;
using Velodrome.Training.Fitting;

namespace Velodrome.Api.Runs;

/// <summary>The losses of one epoch.</summary>
/// <param name="Epoch">The epoch's number. Epoch 0 is the untrained network.</param>
/// <param name="TrainLoss">
/// The mean over the training rows, each batch measured before its update. Null if it was not a finite number.
/// </param>
/// <param name="ValidationLoss">The loss on the validation rows after the epoch. Null if it was not a finite number.</param>
/// <param name="LearningRate">The learning rate of the epoch's last step; 0 at epoch 0.</param>
/// <param name="Seconds">Training time from the start of the run's first epoch to the end of this one.</param>
/// <param name="Members">The losses of each network of a run of several, if they were asked for.</param>
public sealed record EpochResponse(
    int Epoch, double? TrainLoss, double? ValidationLoss, double LearningRate, double Seconds,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<MemberResponse>? Members)
{
    public static EpochResponse Of(Epoch epoch) => Of(epoch, members: false);

    public static EpochResponse Of(Epoch epoch, bool members) => new(
        epoch.Number, epoch.TrainLoss, epoch.ValidationLoss, epoch.LearningRate, epoch.Seconds,
        members && epoch.Members is { } bytes ? [.. MemberBytes.Read(bytes).Select(MemberResponse.Of)] : null);
}

/// <summary>The losses of one network in one epoch; see the losses of the epoch, which are those of the averaged outputs.</summary>
/// <param name="TrainLoss">Null if it was not a finite number.</param>
/// <param name="ValidationLoss">Null if it was not a finite number.</param>
public sealed record MemberResponse(double? TrainLoss, double? ValidationLoss)
{
    internal static MemberResponse Of(MemberLosses losses) => new(Finite(losses.TrainLoss), Finite(losses.ValidationLoss));

    private static double? Finite(double loss) => double.IsFinite(loss) ? loss : null;
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
        var csv = new StringBuilder("epoch,trainLoss,validationLoss,learningRate,seconds");
        for (var member = 1; member <= (Epochs.Count > 0 ? Epochs[0].Members?.Count ?? 0 : 0); member++)
        {
            csv.Append(CultureInfo.InvariantCulture, $",trainLoss{member},validationLoss{member}");
        }

        csv.Append('\n');
        foreach (var epoch in Epochs)
        {
            csv.Append(CultureInfo.InvariantCulture,
                $"{epoch.Epoch},{epoch.TrainLoss},{epoch.ValidationLoss},{epoch.LearningRate},{epoch.Seconds}");
            foreach (var member in epoch.Members ?? [])
            {
                csv.Append(CultureInfo.InvariantCulture, $",{member.TrainLoss},{member.ValidationLoss}");
            }

            csv.Append('\n');
        }

        return csv.ToString();
    }
}
