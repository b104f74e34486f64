using System.Buffers.Binary;
using Velodrome.Training.Engines;
using Velodrome.Training.Fitting;

namespace Velodrome.Training.Tests.Fitting;

public class TrainerStateTests
{
    /// <summary>Offsets of the number of arrays and of the first array's length. Before them come magic, epoch, seconds, patience, best
    /// epoch, best loss and steps.</summary>
    private const int ArraysAt = 40, FirstLengthAt = 44;

    private static TrainerState State(params float[][] moments) =>
        new(7, 1.5, new([1, -2.5f, float.Epsilon], moments, 1L << 40), 3, 5, 0.1, [9, float.MaxValue, -0f]);

    public static TheoryData<int> Moments => [0, 1, 2];

    [Theory]
    [MemberData(nameof(Moments))]
    public void A_saved_and_loaded_state_is_the_same_bit_for_bit(int moments)
    {
        var state = State([.. Enumerable.Range(0, moments).Select(moment => new[] { moment, 0.1f, float.NaN })]);

        var loaded = SavedBytes.LoadState(state.Save());

        Assert.Equal(
            (7, 1.5, 3, 5, 0.1, 1L << 40),
            (loaded.Epoch, loaded.Seconds, loaded.PatienceFrom, loaded.BestEpoch, loaded.BestLoss, loaded.Network.Steps));
        Assert.Equal(BitsOf(state.Network.Weights), BitsOf(loaded.Network.Weights));
        Assert.Equal(BitsOf(state.BestWeights), BitsOf(loaded.BestWeights));
        Assert.Equal(state.Network.Moments.Select(BitsOf), loaded.Network.Moments.Select(BitsOf));
        Assert.Equal(state.Save(), loaded.Save());
    }

    [Fact]
    public void Before_the_first_best_epoch_the_best_loss_is_infinite()
    {
        var loaded = SavedBytes.LoadState((State() with { BestEpoch = 0, BestLoss = double.PositiveInfinity }).Save());

        Assert.Equal((0, double.PositiveInfinity), (loaded.BestEpoch, loaded.BestLoss));
    }

    /// <summary>Databases contain checkpoints as these bytes: another layout needs another magic.</summary>
    [Fact]
    public void A_saved_state_has_the_same_bytes_as_in_earlier_versions()
    {
        // Python: struct.pack("<4sidiidq" + "i" + "i2f" + "i2f" + "i2f",
        //     b"VLC1", 7, 1.5, 3, 5, 0.1, 42, 3, 2, 1, 2, 2, 3, 4, 2, 5, 6).hex()
        var state = new TrainerState(7, 1.5, new([1, 2], [[5, 6]], 42), 3, 5, 0.1, [3, 4]);

        Assert.Equal(
            "564c433107000000000000000000f83f03000000050000009a9999999999b93f2a00000000000000" +
            "03000000" + "020000000000803f00000040" + "020000000000404000008040" + "020000000000a0400000c040",
            Convert.ToHexStringLower(state.Save()));
    }

    [Fact]
    public void Patience_is_restarted_in_the_first_bytes_of_a_saved_state()
    {
        var bytes = State([1, 2, 3]).Save();

        TrainerState.RestartPatience(bytes.AsSpan(0, 30));

        Assert.Equal((State([1, 2, 3]) with { PatienceFrom = 7 }).Save(), bytes);
        Assert.Throws<InvalidDataException>(() => TrainerState.RestartPatience(bytes.AsSpan(0, 19)));
        Assert.Throws<InvalidDataException>(() => TrainerState.RestartPatience(bytes.AsSpan(4)));
    }

    [Fact]
    public void Truncated_bytes_are_invalid_data()
    {
        var bytes = State([1, 2, 3], [4, 5, 6]).Save();

        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => SavedBytes.LoadState(bytes[..length]));
        }
    }

    [Fact]
    public void Other_bytes_are_invalid_data()
    {
        Assert.Throws<InvalidDataException>(() => SavedBytes.LoadState("PK\u0003\u0004 and more of an archive"u8.ToArray()));
        Assert.Throws<InvalidDataException>(() => SavedBytes.LoadState(new byte[1000]));

        for (var at = 0; at < 4; at++)
        {
            var bytes = State([1, 2, 3]).Save();
            bytes[at]++;
            Assert.Throws<InvalidDataException>(() => SavedBytes.LoadState(bytes));
        }
    }

    [Theory]
    [InlineData(ArraysAt, 0)]
    [InlineData(ArraysAt, 1)]           // weights, and no best weights
    [InlineData(ArraysAt, 4)]           // one more than present
    [InlineData(ArraysAt, 1000)]
    [InlineData(ArraysAt, -1)]
    [InlineData(ArraysAt, int.MinValue)]
    [InlineData(FirstLengthAt, -1)]
    [InlineData(FirstLengthAt, int.MinValue)]
    [InlineData(FirstLengthAt, 4)]      // shifts everything after it
    [InlineData(FirstLengthAt, 2)]
    [InlineData(FirstLengthAt, 1_000_000)]
    public void Wrong_counts_and_lengths_are_invalid_data(int at, int value)
    {
        var bytes = State([1, 2, 3]).Save();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);

        Assert.Throws<InvalidDataException>(() => SavedBytes.LoadState(bytes));
    }

    private static int[] BitsOf(float[] values) => Array.ConvertAll(values, BitConverter.SingleToInt32Bits);
}
