using Velodrome.Training.Encoding;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Encoding;

public sealed class CalendarCycleTests
{
    private const double Day = 86_400;
    private static readonly EncodingOptions Calendar = new() { Numbers = NumberInputs.Plain, Dates = DateInputs.Calendar };

    [Theory]
    [InlineData(13 * Day, false, new CalendarCycle[0])]
    [InlineData(14 * Day, false, new[] { CalendarCycle.Week })]
    [InlineData(14 * Day, true, new[] { CalendarCycle.Week, CalendarCycle.Day })]
    [InlineData(2 * Day, true, new[] { CalendarCycle.Day })]
    [InlineData(730 * Day, false, new[] { CalendarCycle.Week })]
    [InlineData(731 * Day, false, new[] { CalendarCycle.Year, CalendarCycle.Week })]
    public void A_cycle_has_inputs_if_the_training_rows_pass_it_twice(double range, bool hasTimes, CalendarCycle[] cycles)
    {
        double[] dates = [1e9 - 1e9 % Day, 1e9 - 1e9 % Day + (hasTimes ? 3600 : Day), 1e9 - 1e9 % Day + range];

        Assert.Equal(cycles, Fit(dates, Calendar).Cycles);
        Assert.Empty(Fit(dates, Calendar with { Dates = DateInputs.Elapsed }).Cycles);
        Assert.Empty(Fit(dates, options: null).Cycles);
    }

    [Fact]
    public void A_position_has_a_sine_and_a_cosine()
    {
        double[] dates = [0, 0.25 * Day, 3.5 * Day, 800 * Day, double.NaN, 7 * Day];
        var encoding = Fit(dates, Calendar);
        var features = new float[dates.Length * 9];

        encoding.Encode(Column(dates), Sample.Indices(dates.Length), features, stride: 9, offset: 1);

        Assert.Equal(8, encoding.Width); // elapsed, missing, and the year, week and day
        Assert.Equal([0, 1, 0, 1, 0, 1], features[3..9]);
        Near([0.0043f, 1, 0.2225f, 0.9749f, 1, 0], features[12..18]);
        Near([0, -1], features[23..25]);
        Assert.Equal([1, 0, 0, 0, 0, 0, 0], features[38..45]); // missing
        Near([0, 1], features[50..52]); // a week later

        static void Near(float[] expected, float[] actual) =>
            Assert.Equal(expected, actual, (one, other) => Math.Abs(one - other) < 1e-3);
    }

    [Fact]
    public void A_run_learns_what_repeats_every_week()
    {
        double[] dates = [.. Enumerable.Range(0, 200).Select(day => day * Day)];
        double Loss(DateInputs inputs) => RunPlan.Resolve(
            new()
            {
                Dataset = "t",
                Target = "y",
                Validation = new() { Split = SplitKind.Last },
                Encoding = new() { Dates = inputs },
                Training = new() { Epochs = 60 },
            },
            new(new Table([Column(dates), new NumberColumn("y", [.. dates.Select(date => date / Day % 7 >= 5 ? 10.0 : 1)])])))
            .Train(null, (_, _) => { }, default).Result.BestLoss;

        Assert.InRange(Loss(DateInputs.Calendar), 0, 0.3 * Loss(DateInputs.Elapsed));
    }

    [Fact]
    public void A_spec_has_dates_only_with_a_date()
    {
        Assert.Equal(DateInputs.Calendar, EncodingDefaults.Choose(null, [Column([0])], trainRows: 10).Dates);
        Assert.Null(EncodingDefaults.Choose(null, [new NumberColumn("x", [0])], trainRows: 10).Dates);
        Assert.Null(EncodingDefaults.Choose(new() { Dates = DateInputs.Elapsed }, [new NumberColumn("x", [0])], trainRows: 10).Dates);
        var fault = Sample.Refusal(
            () => EncodingDefaults.Choose(new() { Dates = DateInputs.Calendar }, [new NumberColumn("x", [0])], trainRows: 10));
        Assert.Equal(("notApplicable", "encoding.dates"), (fault.Code, fault.Field));
    }

    private static NumberEncoding Fit(double[] dates, EncodingOptions? options) =>
        NumberEncoding.Fit(Column(dates), Sample.Indices(dates.Length), options);

    private static NumberColumn Column(double[] dates) => new("when", dates, ColumnKind.Date);
}
