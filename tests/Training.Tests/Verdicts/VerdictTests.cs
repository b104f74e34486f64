using System.Diagnostics;
using System.Text.Json;
using Velodrome.Training.Fitting;
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
    public void Fewer_than_ten_rows_tell_nothing_however_clear_it_looks(int rows, VerdictCode expected) =>
        Assert.Equal(expected, Verdict.Judge(Shape(40, epoch => epoch < 10 ? 11 - epoch : epoch - 9, epoch => 11.0 / epoch, rows)).Code);

    [Fact]
    public void A_gap_between_the_losses_is_no_overfitting() =>
        Assert.Equal(VerdictCode.Healthy, Verdict.Judge(Shape(60, epoch => 1 + Math.Exp(-epoch / 4.0), epoch => Math.Exp(-epoch / 10.0))).Code);

    [Fact]
    public void A_rise_of_both_losses_is_no_overfitting()
    {
        var verdict = Verdict.Judge(Shape(40, epoch => 1 + Math.Abs(epoch - 15) / 15.0, epoch => 0.5 + Math.Abs(epoch - 15) / 15.0));
        Assert.Equal(VerdictCode.Healthy, verdict.Code);
        Assert.Contains("though training loss has not fallen further", verdict.Sentence);
    }

    [Theory]
    [InlineData(StopReason.MaxEpochs, VerdictCode.StoppedTooEarly)]
    [InlineData(StopReason.Cancelled, VerdictCode.StoppedTooEarly)]
    [InlineData(null, VerdictCode.Healthy)]
    public void A_loss_that_still_falls_is_stopped_too_early_once_it_is_stopped(StopReason? stop, VerdictCode expected)
    {
        var verdict = Verdict.Judge(Shape(40, epoch => 4 - epoch * 0.05) with { StopReason = stop });
        Assert.Equal(expected, verdict.Code);
        Assert.Equal(stop is null, verdict.Provisional);
    }

    [Fact]
    public void One_row_that_rises_on_its_own_may_be_luck()
    {
        var curves = Shape(40, epoch => epoch < 10 ? 11 - epoch : 1 + (epoch - 10) / 30.0, epoch => 11.0 / epoch, rows: 100);
        var (best, last) = (Enumerable.Repeat(1.0, 100).ToArray(), Enumerable.Repeat(1.0, 100).ToArray());
        last[0] = 101;
        var verdict = Verdict.Judge(curves with { Rows = new(best, last, Enumerable.Repeat(5.0, 100).ToArray()) });
        Assert.Equal(VerdictCode.Inconclusive, verdict.Code);
        Assert.Equal(1, verdict.Evidence.RiseError!.Value, 1e-9);       // by hand: deviation 10 over n - 1, root of 100 rows
        Assert.Contains("may be luck (±1.65)", verdict.Sentence);
    }

    [Theory]
    [InlineData(0.0, 0.0, VerdictCode.NotLearning)]                      // nothing to learn away
    [InlineData(0.0, 1.0, VerdictCode.Healthy)]                          // learnt before the first epoch ended
    [InlineData(1.0, 1.0, VerdictCode.NotLearning)]
    [InlineData(1.0, 0.9, VerdictCode.NotLearning)]
    public void Constant_curves_are_judged_by_the_baseline(double loss, double baseline, VerdictCode expected) =>
        Assert.Equal(expected, Verdict.Judge(Shape(30, _ => loss) with { Rows = null, BaselineLoss = baseline }).Code);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_loss_that_is_not_finite_has_diverged_at_its_epoch(double loss)
    {
        var verdict = Verdict.Judge(Shape(20, epoch => epoch == 20 ? loss : 1) with { StopReason = StopReason.Diverged, Rows = null });
        Assert.Equal(VerdictCode.Diverged, verdict.Code);
        Assert.Equal(20, verdict.Evidence.DivergedAt);
        Assert.Contains("at epoch 20", verdict.Sentence);
    }

    [Fact]
    public void The_sentence_holds_the_numbers_of_the_evidence()
    {
        var verdict = Verdict.Judge(Shape(40, epoch => epoch < 10 ? 13 - epoch : 3 + (epoch - 10) / 10.0, epoch => 11.0 / epoch));
        Assert.Equal((10, 10), (verdict.Evidence.LowestEpoch, verdict.Evidence.BestEpoch));
        Assert.StartsWith("Validation loss rose from 3.7 around epoch 10 to 5.55 at epoch 40, by more than its noise (±", verdict.Sentence);   // medians of epochs 5-14 and 31-40
        Assert.EndsWith("; the weights of epoch 10 were kept.", verdict.Sentence);
    }

    [Fact]
    public void The_unit_of_the_loss_changes_no_verdict_and_no_evidence_is_not_finite() => Assert.All(
        from kind in Enum.GetValues<VerdictCode>() from index in Enumerable.Range(0, 40) select SyntheticRun.Draw(kind, 1, index).Curves,
        curves => Assert.All([1e6, 1e-6, 1e30], unit =>
        {
            var (verdict, scaled) = (Verdict.Judge(curves), Verdict.Judge(In(unit, curves)));
            Assert.Equal(verdict.Code, scaled.Code);
            Assert.Equal(verdict.Provisional, scaled.Provisional);
            JsonSerializer.Serialize(scaled.Evidence);                   // refuses NaN and infinities
        }));

    [Fact]
    public void Twenty_thousand_epochs_are_judged_at_once()
    {
        var curves = Shape(20_000, epoch => 1 + Math.Exp(-epoch / 500.0) + 0.1 * Math.Sin(epoch * epoch), epoch => 1.0 / epoch);
        var clock = Stopwatch.StartNew();
        Assert.Equal(VerdictCode.Healthy, Verdict.Judge(curves).Code);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 1);
    }

    /// <summary>A finished run of given curves; its rows have these losses within a tenth, and the baseline's is 20.</summary>
    private static Curves Shape(int epochs, Func<int, double> validation, Func<int, double>? train = null, int rows = 100)
    {
        double[] Of(Func<int, double> loss) => [20, .. Enumerable.Range(1, epochs).Select(loss)];
        var losses = Of(validation);
        var best = epochs == 0 ? 0 : Array.IndexOf(losses, losses.Skip(1).Min());
        double[] RowsOf(double loss, int turn) => [.. Enumerable.Range(0, rows).Select(row => loss * (1 + 0.1 * Math.Sin(row + turn)))];
        return new(Of(train ?? validation), losses, rows, best, StopReason.MaxEpochs, new(RowsOf(losses[best], 0), RowsOf(losses[^1], 1), RowsOf(20, 2)));
    }

    private static Curves In(double unit, Curves curves)
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
