using Velodrome.Training.Random;

namespace Velodrome.Training.Tests.Random;

public class RandomStreamTests
{
    /// <summary>With this index the stream's counter starts at 1234567, like the published test of SplitMix64 (Rosetta Code).</summary>
    [Fact]
    public void Numbers_are_those_of_SplitMix64()
    {
        var numbers = new RandomNumbers(0, RandomPurpose.InitialWeights, 6408223061949320920);

        Assert.Equal(
            [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821],
            Enumerable.Range(0, 5).Select(position => numbers.At((ulong)position)));
    }

    [Fact]
    public void A_stream_is_a_function_of_its_arguments()
    {
        Assert.Equal(Draw(new(7, RandomPurpose.RowOrder, 30)), Draw(new(7, RandomPurpose.RowOrder, 30)));
        var numbers = new RandomNumbers(7, RandomPurpose.Split, 0);
        Assert.Equal(
            [.. Enumerable.Range(0, 20).Select(i => (numbers.At((ulong)i) >> 11) * Math.Pow(2, -53))], Draw(new(7, RandomPurpose.Split)));
    }

    [Fact]
    public void Every_seed_purpose_and_index_has_its_own_stream()
    {
        // Small neighbouring arguments are the usual ones. If two streams overlapped, a number would repeat.
        var numbers = (from seed in new long[] { 0, 1, 2, 3, -1, int.MaxValue }
                       from purpose in Enum.GetValues<RandomPurpose>()
                       from index in new long[] { 0, 1, 2, 3, 100 }
                       from number in Draw(new(seed, purpose, index))
                       select number).ToList();

        Assert.Equal(6 * 6 * 5 * 20, numbers.Count);
        Assert.Equal(numbers.Count, numbers.Distinct().Count());
    }

    [Fact]
    public void Floats_are_uniform_from_0_to_1()
    {
        var random = new RandomNumbers(1, RandomPurpose.Dropout, 0);
        var numbers = Enumerable.Range(0, 100_000).Select(i => random.FloatAt((ulong)i)).ToList();

        Assert.All(numbers, number => Assert.InRange(number, 0f, MathF.BitDecrement(1)));
        var counts = numbers.GroupBy(number => (int)(number * 100)).Select(group => group.Count());
        Assert.True(ChiSquare(counts, 100) < 148.2);      // 99 degrees of freedom, 0.999
    }

    [Fact]
    public void Whole_numbers_are_uniform_below_their_bound()
    {
        var random = new RandomStream(1, RandomPurpose.Bootstrap);
        var numbers = Enumerable.Range(0, 70_000).Select(_ => random.NextInt(7)).ToList();

        Assert.All(numbers, number => Assert.InRange(number, 0, 6));
        Assert.True(ChiSquare(numbers.CountBy(number => number).Select(group => group.Value), 7) < 22.5);     // 6 degrees of freedom, 0.999
        Assert.InRange(new RandomStream(1, RandomPurpose.Split).NextInt(int.MaxValue), 0, int.MaxValue - 1);
    }

    [Fact]
    public void Gaussians_have_the_moments_and_tails_of_the_standard_normal()
    {
        var random = new RandomStream(1, RandomPurpose.Bootstrap);
        var numbers = Enumerable.Range(0, 100_000).Select(_ => random.NextGaussian()).ToList();

        Assert.All(numbers, number => Assert.True(double.IsFinite(number)));
        Assert.Equal(0, numbers.Average(), 4 / Math.Sqrt(100_000));
        Assert.Equal(1, numbers.Average(x => x * x), 4 * Math.Sqrt(2.0 / 100_000));
        Assert.Equal(3, numbers.Average(x => x * x * x * x), 0.15);
        Assert.Equal(0.0455, numbers.Count(x => Math.Abs(x) > 2) / 100_000.0, 0.003);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    public void Shuffling_gives_a_permutation(int length)
    {
        var items = Sample.Indices(length);

        new RandomStream(1, RandomPurpose.RowOrder).Shuffle(items);

        Assert.Equal(Sample.Indices(length), items.Order());
        Assert.True(length < 3 || !items.SequenceEqual(Sample.Indices(length)));
    }

    [Fact]
    public void All_orders_are_equally_frequent_over_epochs()
    {
        var counts = Enumerable.Range(0, 24_000).Select(epoch =>
        {
            int[] items = [0, 1, 2, 3];
            new RandomStream(5, RandomPurpose.RowOrder, epoch).Shuffle(items);
            return string.Concat(items);
        }).GroupBy(order => order).Select(group => group.Count());

        Assert.True(ChiSquare(counts, 24) < 49.7);      // 23 degrees of freedom, 0.999
    }

    private static double[] Draw(RandomStream random) => [.. Enumerable.Range(0, 20).Select(_ => random.NextDouble())];

    /// <summary>Pearson's statistic for equal frequencies; cells without any number are not among the counts.</summary>
    private static double ChiSquare(IEnumerable<int> counts, int cells)
    {
        var seen = counts.ToList();
        var expected = seen.Sum() / (double)cells;
        return seen.Sum(count => (count - expected) * (count - expected) / expected) + (cells - seen.Count) * expected;
    }
}
