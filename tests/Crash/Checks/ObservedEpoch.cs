namespace Velodrome.Crash.Checks;

/// <summary>An epoch as the API returned it. Losses are compared bit for bit.</summary>
public readonly record struct ObservedEpoch(int Number, long TrainLossBits, long ValidationLossBits)
{
    /// <param name="number">0 for the untrained network.</param>
    /// <param name="trainLoss">Null if it is not finite.</param>
    /// <param name="validationLoss">Null if it is not finite.</param>
    public static ObservedEpoch Of(int number, double? trainLoss, double? validationLoss) =>
        new(number, Bits(trainLoss), Bits(validationLoss));

    private static long Bits(double? loss) => BitConverter.DoubleToInt64Bits(loss ?? double.NaN);
}
