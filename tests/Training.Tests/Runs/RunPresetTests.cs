using Velodrome.Training.Encoding;
using Velodrome.Training.Fitting;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Runs;

public sealed class RunPresetTests
{
    [Theory]
    [InlineData(null, 2, new[] { 64, 32 }, 0, 100, 2)]
    [InlineData(RunPreset.Balanced, 2, new[] { 64, 32 }, 0, 100, 2)]
    [InlineData(RunPreset.Balanced, 10, new[] { 64, 32 }, 0, 100, 2)]
    [InlineData(RunPreset.Balanced, 11, new[] { 128, 64 }, 0, 100, 2)]
    [InlineData(RunPreset.Fast, 11, new[] { 128, 64 }, 0, 30, 1)]
    [InlineData(RunPreset.Best, 2, new[] { 128, 64 }, 0.1, 200, 5)]
    [InlineData(RunPreset.Best, 11, new[] { 256, 128 }, 0.1, 200, 5)]
    public void A_preset_chooses_network_epochs_and_members(
        RunPreset? preset, int classes, int[] hidden, double dropout, int epochs, int members)
    {
        var spec = SpecOf(new() { Preset = preset, Dataset = "t", Target = "y" }, classes);

        Assert.Equal(hidden, spec.Network.Hidden);
        Assert.Equal((dropout, epochs, members), (spec.Network.Dropout, spec.Training.Epochs, spec.Training.Members));
        Assert.Equal((NumberInputs.Piecewise, ScheduleKind.Cosine), (spec.Encoding!.Numbers, spec.Training.Schedule));
    }

    [Fact]
    public void The_lesson_is_what_a_textbook_describes()
    {
        var spec = SpecOf(new() { Preset = RunPreset.Lesson, Dataset = "t", Target = "y" }, classes: 11);

        Assert.Equal([64, 32], spec.Network.Hidden);
        Assert.Equal((NumberInputs.Plain, ScheduleKind.Constant), (spec.Encoding!.Numbers, spec.Training.Schedule));
        Assert.Equal((10, 100, 1), (spec.EarlyStopping!.Patience, spec.Training.Epochs, spec.Training.Members));
    }

    [Theory]
    [InlineData(299, 1)]
    [InlineData(300, 2)]
    [InlineData(100_000, 2)]
    [InlineData(100_001, 1)]
    public void Balanced_has_two_networks_where_rows_are_few(int trainRows, int members) =>
        Assert.Equal(members, RunPresets.FillInFromRows(new() { Dataset = "t", Target = "y" }, outputs: 1, trainRows).Training.Members);

    [Fact]
    public void A_request_that_names_hidden_layers_gets_exactly_that_network() => Assert.Equal(
        1, SpecOf(new() { Dataset = "t", Target = "y", Network = new() { Hidden = [64, 32] } }, classes: 2).Training.Members);

    [Theory]
    [InlineData(RunPreset.Lesson)]
    [InlineData(RunPreset.Fast)]
    [InlineData(RunPreset.Balanced)]
    [InlineData(RunPreset.Best)]
    public void What_a_request_names_stays(RunPreset preset)
    {
        var spec = SpecOf(new()
        {
            Preset = preset,
            Dataset = "t",
            Target = "y",
            Network = new() { Hidden = [64, 32], Dropout = 0 },
            Training = new() { Epochs = 100, Members = 1, Schedule = ScheduleKind.WarmupCosine },
            Encoding = new() { Numbers = NumberInputs.Piecewise },
        }, classes: 11);

        Assert.Equal([64, 32], spec.Network.Hidden);
        Assert.Equal((0, 100, 1), (spec.Network.Dropout, spec.Training.Epochs, spec.Training.Members));
        Assert.Equal((NumberInputs.Piecewise, ScheduleKind.WarmupCosine), (spec.Encoding!.Numbers, spec.Training.Schedule));
    }

    [Fact]
    public void The_request_of_a_spec_gives_the_same_spec()
    {
        var spec = SpecOf(new() { Preset = RunPreset.Best, Dataset = "t", Target = "y" }, classes: 11);

        var again = SpecOf(RunRequest.From(spec), classes: 11);

        Assert.Equal(spec.Network.Hidden, again.Network.Hidden);
        Assert.Equal(spec.Training, again.Training);
        Assert.Equal(spec.Network.Dropout, again.Network.Dropout);
    }

    private static RunSpec SpecOf(RunRequest request, int classes)
    {
        const int Rows = 440;
        var table = new Table([
            new NumberColumn("x", [.. Enumerable.Range(0, Rows).Select(row => (double)row)]),
            CategoryColumn.FromTexts("y", [.. Enumerable.Range(0, Rows).Select(row => $"c{row % classes}")])]);
        return RunPlan.Resolve(request with { Validation = new() { Split = SplitKind.Stratified } }, new(table)).Spec;
    }
}
