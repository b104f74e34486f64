using Velodrome.Training.Drift;

namespace Velodrome.Training.Tests.Drift;

/// <summary>Tests of two samples agree with SciPy 1.10.1.</summary>
public class TwoSampleTestTests
{
    [Theory] // scipy.stats.ks_2samp(x, y, method="exact"), with the samples below; its statistic_location is the last number
    [InlineData(200, 300, 0.3, 0.09833333333333333, 0.18756470028064365, 0.2596153228975702)]
    [InlineData(1000, 700, 0.1, 0.07485714285714286, 0.018707188769356318, 0.03951531358883416)]
    [InlineData(30, 30, 0.5, 0.13333333333333333, 0.9578462903438838, 0.0)]
    [InlineData(5000, 100, 0.2, 0.0744, 0.6236198754808894, 0.199521636712733)]
    public void The_statistic_of_Kolmogorov_and_Smirnov_is_that_of_scipy_and_the_p_value_near_the_exact_one(
        int first, int second, double shift, double statistic, double pValue, double at)
    {
        double[] x = [.. Enumerable.Range(0, first).Select(i => Math.Sin(i) * Math.Sqrt(i % 17)).Order()];
        double[] y = [.. Enumerable.Range(0, second).Select(i => Math.Sin(1.7 * i) * Math.Sqrt(i % 17) + shift).Order()];

        var test = KolmogorovSmirnov.Compare(x, y);

        Assert.Equal(statistic, test.Statistic, 14);
        Assert.Equal(at, test.At, 14);
        Assert.Equal(statistic, Math.Abs(test.FirstShare - test.SecondShare), 14);
        Assert.Equal(pValue, test.PValue, 0.03);
    }

    [Fact] // scipy.stats.ks_2samp, method="exact": statistic, location and sign; the p-value for values without ties is 0.0575
    public void Equal_values_are_on_the_same_side()
    {
        double[] x = [.. Enumerable.Range(0, 50).Select(i => (double)(i % 7)).Order()];
        double[] y = [.. Enumerable.Range(0, 40).Select(i => (double)(i * i % 9)).Order()];

        var test = KolmogorovSmirnov.Compare(x, y);

        Assert.Equal(0.275, test.Statistic, 14);
        Assert.Equal(1, test.At);
        Assert.True(test.SecondShare > test.FirstShare);
        Assert.Equal(0.0575, test.PValue, 0.02);
    }

    [Theory] // scipy.special.kolmogorov
    [InlineData(0.1, 1.0)]
    [InlineData(0.3, 0.9999906941986655)]
    [InlineData(0.5, 0.9639452436648751)]
    [InlineData(0.8, 0.5441424115741981)]
    [InlineData(1.17, 0.12939004218561884)]
    [InlineData(1.19, 0.11774229287977166)]
    [InlineData(1.5, 0.022217962616525127)]
    [InlineData(3.0, 3.045995948942526e-08)]
    public void The_tail_of_the_Kolmogorov_distribution_agrees_with_scipy(double x, double tail) =>
        Assert.Equal(1, KolmogorovSmirnov.UpperTail(x) / tail, 1e-12);

    [Theory] // scipy.stats.chi2.sf
    [InlineData(0.5, 1, 0.47950012218695337)]
    [InlineData(3.84, 1, 0.05004352124870519)]
    [InlineData(10, 1, 0.001565402258002549)]
    [InlineData(2, 2, 0.36787944117144245)]
    [InlineData(7.8, 3, 0.050331097859853326)]
    [InlineData(5, 10, 0.8911780189141513)]
    [InlineData(50, 40, 0.1335748340856504)]
    [InlineData(1200, 1000, 1.2255942330622893e-05)]
    [InlineData(900, 1000, 0.9892827619087102)]
    [InlineData(300, 5, 1.0015302305957817e-62)]
    public void The_tail_of_the_chi_squared_distribution_agrees_with_scipy(double x, int degrees, double tail) =>
        Assert.Equal(tail, ChiSquared.UpperTail(x, degrees), 1e-13);

    [Fact] // scipy.stats.chi2_contingency(correction=False), contingency.association(method="cramer")
    public void Chi_squared_agrees_with_scipy()
    {
        var test = ChiSquared.Compare([30, 50, 20], [45, 25, 30])!.Value;

        Assert.Equal(13.333333333333336, test.Statistic, 12);
        Assert.Equal(2, test.DegreesOfFreedom);
        Assert.Equal(0.0012726338013398066, test.PValue, 12);
        Assert.Equal(0.25819888974716115, test.CramersV, 12);
    }

    [Fact] // as above; association of the table with 18,000 rows of the same shares on both sides
    public void The_effect_size_does_not_depend_on_the_sizes_of_the_samples()
    {
        var test = ChiSquared.Compare([120, 80, 60, 40], [10, 25, 5, 20])!.Value;
        var larger = ChiSquared.Compare([120_000, 80_000, 60_000, 40_000], [10, 25, 5, 20])!.Value;

        Assert.Equal(27.164835164835168, test.Statistic, 12);
        Assert.Equal(5.437010881887733e-06, test.PValue, 12);
        Assert.Equal(0.36246293744423164, test.CramersV, 12);
        Assert.Equal(test.CramersV, larger.CramersV, 12);
    }

    [Fact]
    public void The_same_rows_do_not_differ()
    {
        double[] numbers = [1, 1, 2, 3, 3, 3, 10];

        var numbersTest = KolmogorovSmirnov.Compare(numbers, numbers);
        Assert.Equal((0.0, 1.0), (numbersTest.Statistic, numbersTest.PValue));
        Assert.Equal(0, PopulationStabilityIndex.Evaluate(numbers, numbers));
        var test = ChiSquared.Compare([7, 20, 9], [7, 20, 9])!.Value;
        Assert.Equal((0.0, 1.0, 0.0), (test.Statistic, test.PValue, test.CramersV));
    }

    [Fact]
    public void Samples_without_a_common_value_differ_as_much_as_possible()
    {
        Assert.Equal(1, KolmogorovSmirnov.Compare([1, 2, 3], [4, 5]).Statistic);
        Assert.Equal(1, ChiSquared.Compare([50, 50, 0], [0, 0, 50])!.Value.CramersV, 12);
    }

    [Fact]
    public void Levels_with_few_rows_are_pooled()
    {
        Assert.Equal(1, ChiSquared.Compare([100, 100, 1, 1, 1, 1, 1], [100, 100, 1, 1, 1, 1, 1])!.Value.DegreesOfFreedom - 1);
        Assert.Equal(1, ChiSquared.Compare([100, 100, 1, 1], [100, 100, 1, 1])!.Value.DegreesOfFreedom); // the pool of 2 joins a level
        Assert.Null(ChiSquared.Compare([100, 3], [100, 2]));
        Assert.Null(ChiSquared.Compare(Enumerable.Repeat(1L, 50).ToArray(), new long[50].Select((_, i) => i % 2L).ToArray())); // ids
        Assert.NotNull(ChiSquared.Compare([10_000, 0], [90, 10])); // 0.1 rows are expected, but 10 are there
    }

    [Fact] // R: p.adjust(c(.01, .04, .03, .005), "holm")
    public void Holm_adjusts_as_R_does()
    {
        var adjusted = Holm.Adjust([.01, .04, .03, .005]);

        Assert.Equal([.03, .06, .06, .02], adjusted.Select(value => Math.Round(value, 12)));
        Assert.Equal([1.0, 1.0], Holm.Adjust([0.7, 0.9]));
        Assert.Empty(Holm.Adjust([]));
    }

    [Fact] // sum of (q - p) ln(q / p) with p = 0.5, 0.5 and q = 0.25, 0.75
    public void The_stability_index_is_the_sum_over_bins()
    {
        Assert.Equal(0.25 * Math.Log(3), PopulationStabilityIndex.Evaluate([50, 50], [10, 30]), 12);
        double[] tenths = [.. Enumerable.Range(0, 100).Select(i => (double)i)];
        Assert.Equal(0, PopulationStabilityIndex.Evaluate(tenths, [.. tenths.Select(value => value + 0.5)]), 12); // one bin each
        Assert.True(PopulationStabilityIndex.Evaluate(tenths, [.. tenths.Select(value => value + 50)]) > 1);
    }

    [Theory] // a value that fills several tenths
    [InlineData(5, 5, 6)]
    [InlineData(5, 5, 4)]
    [InlineData(0, 1, 1)]
    public void The_stability_index_sees_that_a_frequent_value_is_gone(double frequent, double other, double later)
    {
        double[] first = [.. Enumerable.Repeat(frequent, 95), .. Enumerable.Repeat(other, 5)];

        Assert.True(PopulationStabilityIndex.Evaluate(first, [.. Enumerable.Repeat(later, 50)]) > 1);
    }

    [Theory] // 1 degree of freedom: erfc(sqrt(x / 2)), by the C library
    [InlineData(0.5, 0.4795001221869535)]
    [InlineData(60, 9.485737571073843e-15)]
    [InlineData(80, 3.7440973842028806e-19)]
    [InlineData(700, 2.9902269751245024e-154)]
    public void Tiny_p_values_keep_their_digits(double statistic, double tail)
    {
        Assert.Equal(1, ChiSquared.UpperTail(statistic, 1) / tail, 1e-11);
    }

    [Fact]
    public void Empty_samples_and_other_levels_are_refused()
    {
        long[] two = [1, 1];

        Assert.Throws<ArgumentException>(() => KolmogorovSmirnov.Compare([], [1]));
        Assert.Throws<ArgumentException>(() => ChiSquared.Compare([0, 0], [1, 1]));
        Assert.Throws<ArgumentException>(() => ChiSquared.Compare([1], [1, 1]));
        Assert.Throws<ArgumentException>(() => PopulationStabilityIndex.Evaluate([1], two));
    }
}
