using System.Text.Json;
using Velodrome.Training.Encoding;
using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Random;
using Velodrome.Training.Verdicts;

namespace Velodrome.Training.Tests.Verdicts;

public sealed class VerdictTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void Too_few_epochs_show_no_trend(int epochs)
    {
        var verdict = Verdict.Judge(Shape(epochs, epoch => 1.0 / epoch));
        Assert.Equal(VerdictCode.Inconclusive, verdict.Code);
        Assert.Equal(epochs, verdict.Evidence.Epochs);
    }

    [Theory]
    [InlineData(1, VerdictCode.Inconclusive)]
    [InlineData(9, VerdictCode.Inconclusive)]
    [InlineData(10, VerdictCode.Overfitting)]
    public void Fewer_than_ten_validation_rows_are_inconclusive(int rows, VerdictCode expected)
    {
        var curves = Shape(40, epoch => epoch < 10 ? 11 - epoch : epoch - 9, epoch => 11.0 / epoch, rows);
        Assert.Equal(expected, Verdict.Judge(curves).Code);
    }

    [Fact]
    public void A_gap_between_the_losses_is_not_overfitting()
    {
        var curves = Shape(60, epoch => 1 + Math.Exp(-epoch / 4.0), epoch => Math.Exp(-epoch / 10.0));
        Assert.Equal(VerdictCode.Healthy, Verdict.Judge(curves).Code);
    }

    [Fact]
    public void A_rise_of_both_losses_is_not_overfitting()
    {
        var verdict = Verdict.Judge(Shape(40, epoch => 1 + Math.Abs(epoch - 15) / 15.0, epoch => 0.5 + Math.Abs(epoch - 15) / 15.0));
        Assert.Equal(VerdictCode.Healthy, verdict.Code);
        Assert.Contains("although training loss has not fallen further", verdict.Sentence);
    }

    [Theory]
    [InlineData(StopReason.MaxEpochs, VerdictCode.StoppedTooEarly)]
    [InlineData(StopReason.Cancelled, VerdictCode.StoppedTooEarly)]
    [InlineData(null, VerdictCode.Healthy)]
    public void A_loss_that_still_falls_is_stopped_too_early_only_if_training_ended(StopReason? stop, VerdictCode expected)
    {
        var verdict = Verdict.Judge(Shape(40, epoch => 4 - epoch * 0.05) with { StopReason = stop });
        Assert.Equal(expected, verdict.Code);
        Assert.Equal(stop is null, verdict.Provisional);
    }

    /// <summary>The network has learnt all it can; only the scatter of its weights shrinks with the steps.</summary>
    [Theory]
    [InlineData(ScheduleKind.Cosine)]
    [InlineData(ScheduleKind.WarmupCosine)]
    [InlineData(ScheduleKind.Coslog4)]
    public void A_loss_that_falls_because_the_steps_get_smaller_is_not_stopped_too_early(ScheduleKind schedule)
    {
        var rates = RatesOf(schedule);
        var curves = Shape(100, epoch => 1 + 60 * rates[epoch]) with { LearningRates = rates };

        Assert.Equal(VerdictCode.Healthy, Verdict.Judge(curves).Code);
        Assert.InRange(Verdict.Judge(curves).Evidence.SmallerStepsFall!.Value, 0.05, 0.6);
        var constant = curves with { LearningRates = RatesOf(ScheduleKind.Constant) };
        Assert.Equal(VerdictCode.StoppedTooEarly, Verdict.Judge(constant).Code);
    }

    /// <summary>The last fifth of the steps hardly moves the weights, whose loss falls as much as in the first for each unit of the
    /// rate.</summary>
    [Theory]
    [InlineData(ScheduleKind.Cosine, 100)]
    [InlineData(ScheduleKind.Cosine, 25)]
    [InlineData(ScheduleKind.WarmupCosine, 100)]
    [InlineData(ScheduleKind.Coslog4, 100)]
    public void A_loss_that_falls_with_the_progress_is_stopped_too_early_however_small_the_last_steps(ScheduleKind schedule, int epochs)
    {
        var rates = RatesOf(schedule);
        var curves = Shape(epochs, epoch => 2 - rates.Take(epoch + 1).Sum() / rates.Sum()) with { LearningRates = rates[..(epochs + 1)] };

        var verdict = Verdict.Judge(curves);

        Assert.Equal(VerdictCode.StoppedTooEarly, verdict.Code);
    }

    [Fact]
    public void A_rise_of_a_single_row_is_inconclusive()
    {
        var curves = Shape(40, epoch => epoch < 10 ? 11 - epoch : 1 + (epoch - 10) / 30.0, epoch => 11.0 / epoch, rows: 100);
        var (best, last) = (Enumerable.Repeat(1.0, 100).ToArray(), Enumerable.Repeat(1.0, 100).ToArray());
        last[0] = 101;
        var verdict = Verdict.Judge(curves with { Rows = new(best, last, Enumerable.Repeat(5.0, 100).ToArray()) });
        Assert.Equal(VerdictCode.Inconclusive, verdict.Code);
        // A standard deviation of 10, dividing by n - 1, over the square root of 100 rows.
        Assert.Equal(1, verdict.Evidence.RiseError!.Value, 1e-9);
        Assert.Contains("may be luck (±1.65)", verdict.Sentence);
    }

    [Theory]
    [InlineData(0.0, 0.0, VerdictCode.NotLearning)]                      // nothing to learn
    [InlineData(0.0, 1.0, VerdictCode.Healthy)]                          // learnt within the first epoch
    [InlineData(1.0, 1.0, VerdictCode.NotLearning)]
    [InlineData(1.0, 0.9, VerdictCode.NotLearning)]
    public void Constant_curves_are_compared_with_the_baseline(double loss, double baseline, VerdictCode expected) =>
        Assert.Equal(expected, Verdict.Judge(Shape(30, _ => loss) with { Rows = null, BaselineLoss = baseline }).Code);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_loss_that_is_not_finite_has_diverged_at_that_epoch(double loss)
    {
        var verdict = Verdict.Judge(Shape(20, epoch => epoch == 20 ? loss : 1) with { StopReason = StopReason.Diverged, Rows = null });
        Assert.Equal(VerdictCode.Diverged, verdict.Code);
        Assert.Equal(20, verdict.Evidence.DivergedAt);
        Assert.Contains("at epoch 20", verdict.Sentence);
    }

    [Fact]
    public void The_sentence_contains_the_numbers_of_the_evidence()
    {
        var verdict = Verdict.Judge(Shape(40, epoch => epoch < 10 ? 13 - epoch : 3 + (epoch - 10) / 10.0, epoch => 11.0 / epoch));
        Assert.Equal((10, 10), (verdict.Evidence.LowestEpoch, verdict.Evidence.BestEpoch));
        // The levels are medians of epochs 5 to 14 and 31 to 40.
        Assert.StartsWith(
            "Validation loss rose from 3.7 around epoch 10 to 5.55 at epoch 40, by more than its noise (±", verdict.Sentence);
        Assert.EndsWith("; the weights of epoch 10 were kept.", verdict.Sentence);
    }

    [Fact]
    public void The_unit_of_the_loss_does_not_change_the_verdict_and_evidence_is_finite() => Assert.All(
        from kind in Enum.GetValues<VerdictCode>() from index in Enumerable.Range(0, 40) select SyntheticRun.Draw(kind, 1, index).Curves,
        curves => Assert.All([1e6, 1e-6, 1e30], unit =>
        {
            var (verdict, scaled) = (Verdict.Judge(curves), Verdict.Judge(Scale(curves, unit)));
            Assert.Equal(verdict.Code, scaled.Code);
            Assert.Equal(verdict.Provisional, scaled.Provisional);
            JsonSerializer.Serialize(scaled.Evidence);                   // throws for NaN and infinities
        }));

    [Fact]
    public void Twenty_thousand_epochs_are_judged()
    {
        var curves = Shape(20_000, epoch => 1 + Math.Exp(-epoch / 500.0) + 0.1 * Math.Sin(epoch * epoch), epoch => 1.0 / epoch);
        Assert.Equal(VerdictCode.Healthy, Verdict.Judge(curves).Code);
    }

    /// <summary>Without the losses of the rows, the standard error of a rise is guessed, with a margin of 2. If errors are normal
    /// and predictions change at random, the guess is about right for every loss.</summary>
    [Theory]
    [InlineData(LossKind.Mse)]
    [InlineData(LossKind.Mae)]
    [InlineData(LossKind.Huber)]
    [InlineData(LossKind.Quantile)]
    [InlineData(LossKind.CrossEntropy)]
    public void The_guessed_error_of_a_rise_is_about_twice_that_of_the_rows(LossKind loss)
    {
        const int Rows = 20_000;
        var random = new RandomStream(1, RandomPurpose.Bootstrap);
        var outputs = loss == LossKind.CrossEntropy ? 2 : 1;
        var (best, last) = (new float[Rows * outputs], new float[Rows * outputs]);
        for (var row = 0; row < Rows; row++)
        {
            // The error of a number, or the margin of the true class, and a change of it.
            best[row * outputs] = (float)((loss == LossKind.CrossEntropy ? 1 : 0) + random.NextGaussian());
            last[row * outputs] = best[row * outputs] + (float)(0.6 * random.NextGaussian());
        }

        var encoded = new EncodedRows([], new float[Rows], null, Rows, 0); // all targets are 0
        var rows = new RowLosses(Loss.PerRow(loss, best, encoded, 0.5), Loss.PerRow(loss, last, encoded, 0.5), new double[Rows]);
        var (low, high) = (rows.Best.Average(), rows.Last.Average());
        double[] losses = [10, .. Enumerable.Repeat(low, 20), .. Enumerable.Repeat(high, 20)];
        var curves = new Curves(losses, losses, [0, .. Enumerable.Repeat(0.01, 40)], Rows, BestEpoch: 1, StopReason.MaxEpochs, rows);

        var measured = Verdict.Judge(curves).Evidence.RiseError!.Value;
        var guessed = Verdict.Judge(curves with { Rows = null, BaselineLoss = 10 }).Evidence.RiseError!.Value;

        Assert.InRange(guessed / measured, 2 / 1.4, 2 * 1.4);
    }

    /// <summary>Rates of epochs 0 to 100, at most 0.01.</summary>
    private static double[] RatesOf(ScheduleKind kind)
    {
        var spec = Sample.Spec(batch: 1, epochs: 100) with
        {
            Schedule = kind,
            WarmupFraction = kind == ScheduleKind.WarmupCosine ? 0.05 : null,
        };
        return [0, .. Enumerable.Range(1, 100).Select(new LearningRateSchedule(spec, rows: 10).LastRateOf)];
    }

    /// <summary>Curves of a finished run. The losses of its rows are within 10% of the given loss, and the baseline's loss is 20.</summary>
    private static Curves Shape(int epochs, Func<int, double> validation, Func<int, double>? train = null, int rows = 100)
    {
        double[] Curve(Func<int, double> loss) => [20, .. Enumerable.Range(1, epochs).Select(loss)];
        var losses = Curve(validation);
        var best = epochs == 0 ? 0 : Array.IndexOf(losses, losses.Skip(1).Min());
        double[] RowsOf(double loss, int phase) => [.. Enumerable.Range(0, rows).Select(row => loss * (1 + 0.1 * Math.Sin(row + phase)))];
        return new(
            Curve(train ?? validation), losses, [0, .. Enumerable.Repeat(0.01, epochs)], rows, best, StopReason.MaxEpochs,
            new(RowsOf(losses[best], 0), RowsOf(losses[^1], 1), RowsOf(20, 2)));
    }

    private static Curves Scale(Curves curves, double unit)
    {
        double[] Times(IReadOnlyList<double> losses) => [.. losses.Select(loss => loss * unit)];
        return curves with
        {
            Train = Times(curves.Train),
            Validation = Times(curves.Validation),
            Rows = curves.Rows is { } rows ? new(Times(rows.Best), Times(rows.Last), Times(rows.Baseline)) : null,
        };
    }
}
