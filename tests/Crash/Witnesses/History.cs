namespace Velodrome.Crash.Witnesses;

/// <summary>An epoch as HTTP showed it, its losses bit for bit.</summary>
public readonly record struct SeenEpoch(int Number, long TrainBits, long ValidationBits)
{
    /// <summary>A loss that is not finite is shown as null.</summary>
    public static SeenEpoch Of(int number, double? train, double? validation) => new(number, Bits(train), Bits(validation));

    private static long Bits(double? loss) => BitConverter.DoubleToInt64Bits(loss ?? double.NaN);
}

/// <summary>How a run comes out that nobody disturbs.</summary>
/// <param name="Status">Its status at the end.</param>
/// <param name="WeightsSha256">Of the best epoch's weights.</param>
/// <param name="Epochs">From epoch 0 on.</param>
public sealed record GoldenRun(string Status, string? WeightsSha256, IReadOnlyList<SeenEpoch> Epochs);
