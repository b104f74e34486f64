using CsCheck;
using Velodrome.Training.Fitting;

namespace Velodrome.Training.Tests.Fitting;

public class EarlyStoppingTests
{
    private const double Infinite = double.PositiveInfinity;

    [Theory]
    [InlineData(1, 0.0, 0, new[] { .5, .4, .3 }, null, 3)]                       // every epoch improves: never stops
    [InlineData(2, 0.1, 0, new[] { .50, .45, .45 }, 3, 1)]                       // a smaller gain than minDelta is no improvement
    [InlineData(2, 0.25, 0, new[] { 1, .75, .75 }, 3, 1)]                        // nor is a gain of exactly minDelta
    [InlineData(3, 0.25, 0, new[] { 1, .9, .8, .7 }, null, 4)]                   // small gains add up, compared with the same best
    [InlineData(1, 0.0, 0, new[] { .5, .5, .4 }, 2, 1)]                          // an equal loss is no improvement
    [InlineData(2, 0.0, 0, new[] { .5, .5, .4, .4, .4 }, 5, 3)]                  // patience restarts
    [InlineData(2, 0.0, 0, new[] { .4, double.NaN, double.NaN }, 3, 1)]          // NaN is no improvement
    [InlineData(2, 0.0, 0, new[] { double.NaN, .4, .3 }, null, 3)]               // but a number after it is
    [InlineData(3, 0.0, 0, new[] { Infinite, Infinite, Infinite }, 3, 0)]        // infinity is no improvement
    [InlineData(3, 0.0, 0, new[] { Infinite, .9, Infinite }, null, 2)]
    [InlineData(3, 1e30, 0, new[] { .5, .1, .0, .0 }, 4, 1)]                     // the first loss always improves, whatever minDelta is
    [InlineData(2, 0.0, 3, new[] { .1, .2, .5, .4 }, null, 4)]                   // earlier epochs don't count as best
    [InlineData(2, 0.0, 3, new[] { .1, .2, .5, .6, .7 }, 5, 3)]                  // nor towards patience
    [InlineData(1, 0.0, 9, new[] { .1, .2, .5, .6, .7 }, null, 1)]                 // unless there are no others
    public void Training_stops_when_patience_epochs_pass_without_improvement(
        int patience, double minDelta, int startFrom, double[] losses, int? stoppedAt, int bestEpoch)
    {
        var stopping = new EarlyStopping(new() { Patience = patience, MinDelta = minDelta, StartFromEpoch = startFrom });

        Assert.Equal(stoppedAt, Run(stopping, losses));
        Assert.Equal(bestEpoch, stopping.BestEpoch);
        Assert.Equal(bestEpoch == 0 ? Infinite : losses[bestEpoch - 1], stopping.BestLoss);
    }

    [Fact]
    public void Without_options_training_never_stops_early_and_the_best_epoch_is_still_known()
    {
        var stopping = new EarlyStopping(null);

        Assert.Null(Run(stopping, [.5, .3, .. Enumerable.Repeat(.4, 10_000), double.NaN]));
        Assert.Equal((2, .3), (stopping.BestEpoch, stopping.BestLoss));
    }

    [Fact]
    public void Observe_returns_whether_the_epoch_is_the_best_so_far()
    {
        var stopping = new EarlyStopping(new());

        Assert.Equal([true, false, false, true], new[] { .5, .5, .6, .4 }.Select((loss, at) => stopping.Observe(at + 1, loss)));
    }

    [Theory]
    [InlineData(0, 4)]      // not interrupted: the best epoch is 2, so patience 3 ends at epoch 5
    [InlineData(4, 6)]      // patience counts from epoch 4
    [InlineData(1, 4)]      // the best epoch came later
    public void A_resumed_rule_continues_from_the_earlier_state(int patienceFrom, int lastWithPatience)
    {
        var stopping = new EarlyStopping(new() { Patience = 3, MinDelta = 0.1 });
        stopping.Resume(bestEpoch: 2, bestLoss: 0.5, patienceFrom);

        Assert.Equal((2, 0.5), (stopping.BestEpoch, stopping.BestLoss));
        Assert.False(stopping.Observe(4, 0.45));        // too small a gain on the earlier best loss
        Assert.False(stopping.ShouldStop(lastWithPatience));
        Assert.True(stopping.ShouldStop(lastWithPatience + 1));
        Assert.True(stopping.Observe(lastWithPatience + 1, 0.3));
        Assert.False(stopping.ShouldStop(lastWithPatience + 3));
        Assert.True(stopping.ShouldStop(lastWithPatience + 4));
    }

    [Fact]
    public void A_rule_resumed_before_its_start_epoch_keeps_an_earlier_epoch_only_until_one_counts()
    {
        var stopping = new EarlyStopping(new() { Patience = 2, StartFromEpoch = 6 });
        stopping.Resume(bestEpoch: 0, bestLoss: Infinite, patienceFrom: 3);

        Assert.True(stopping.Observe(5, 0.1));
        Assert.True(stopping.Observe(6, 0.9));
        Assert.False(stopping.Observe(7, 0.9));
        Assert.Equal((6, 0.9), (stopping.BestEpoch, stopping.BestLoss));
        Assert.False(stopping.ShouldStop(7));
        Assert.True(stopping.ShouldStop(8));
    }

    // Losses and minDelta are multiples of 1/8, so that both ways of writing "lower by more than minDelta" are exact.
    private static readonly Gen<double> Eighths = Gen.Int[0, 40].Select(eighths => eighths / 8.0);
    private static readonly Gen<double> AnyLoss = Gen.Frequency((8, Eighths), (1, Gen.Const(double.NaN)), (1, Gen.Const(Infinite)));
    private static readonly Gen<EarlyStoppingOptions> AnyOptions =
        from patience in Gen.Int[1, 6]
        from minDelta in Gen.Int[0, 8]
        from start in Gen.Int[0, 5]
        select new EarlyStoppingOptions { Patience = patience, MinDelta = minDelta / 8.0, StartFromEpoch = start };

    [Fact]
    public void The_best_epoch_is_that_of_the_reference_implementation() =>
        Gen.Select(AnyLoss.Array[1, 40], AnyOptions).Sample((losses, options) =>
        {
            var stopping = new EarlyStopping(options);
            for (var epoch = 1; epoch <= losses.Length; epoch++)
            {
                stopping.Observe(epoch, losses[epoch - 1]);
            }

            return stopping.BestEpoch == ReferenceBest(losses, options);
        });

    [Fact]
    public void The_last_epoch_is_that_of_Keras() =>
        Gen.Select(Eighths.Array[1, 40], AnyOptions).Sample((losses, options) =>
            Run(new EarlyStopping(options), losses) == KerasStop(losses, options));

    /// <summary>Searches the whole history for each improvement, unlike the class, which goes forward.</summary>
    private static int ReferenceBest(double[] losses, EarlyStoppingOptions options)
    {
        var finite = losses.Select((loss, at) => (Loss: loss, Epoch: at + 1)).Where(one => double.IsFinite(one.Loss)).ToList();
        var late = finite.FindAll(one => one.Epoch >= options.StartFromEpoch);
        var counted = late.Count > 0 ? late : finite;
        var best = counted.FirstOrDefault();
        while (counted.Find(one => one.Epoch > best.Epoch && best.Loss - one.Loss > options.MinDelta) is { Epoch: > 0 } better)
        {
            best = better;
        }

        return best.Epoch;
    }

    /// <summary>keras.callbacks.EarlyStopping.on_epoch_end of Keras 3, transcribed (its epochs count from 0).</summary>
    private static int? KerasStop(double[] losses, EarlyStoppingOptions options)
    {
        var (wait, best) = (0, Infinite);
        for (var epoch = 1; epoch <= losses.Length; epoch++)
        {
            if (epoch < options.StartFromEpoch)
            {
                continue;
            }

            wait++;
            if (losses[epoch - 1] < best - options.MinDelta)
            {
                (wait, best) = (0, losses[epoch - 1]);
            }
            else if (wait >= options.Patience)
            {
                return epoch;
            }
        }

        return null;
    }

    private static int? Run(EarlyStopping stopping, double[] losses)
    {
        for (var epoch = 1; epoch <= losses.Length; epoch++)
        {
            stopping.Observe(epoch, losses[epoch - 1]);
            if (stopping.ShouldStop(epoch))
            {
                return epoch;
            }
        }

        return null;
    }
}
