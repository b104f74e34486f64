using System.Text.Json;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Runs;

/// <summary>The promise: rows that judge, or test, are changed wildly, and of what is learnt every bit stays.</summary>
public class ValidationRowsTests
{
    private static readonly int[] Judging = [0, 7, 13, 21, 38], Testing = [4, 39];

    /// <summary>Forty rows with something of everything; those that judge or test as given.</summary>
    private static Table TableWith(bool wild, string strangeSort)
    {
        var random = new System.Random(1);
        T Pick<T>(int row, T tame, T strange) => wild && (Judging.Contains(row) || Testing.Contains(row)) ? strange : tame;
        var rows = Sample.Upto(40);
        double[] sizes = [.. rows.Select(row => row % 9 == 5 ? double.NaN : random.NextDouble() * 10)];
        return new([
            new NumberColumn("size", [.. rows.Select(row => Pick(row, sizes[row], row % 2 == 0 ? double.NaN : 1e30 * row))]),
            new NumberColumn("sold", [.. rows.Select(row => Pick(row, row % 3 == 0 ? 1.0 : 0, double.NaN))], ColumnKind.Boolean),
            new NumberColumn("whole", [.. rows.Select(row => Pick(row, row * row % 17, row % 2 == 0 ? double.NaN : -1e9))]),       // lacks nothing in training
            CategoryColumn.FromTexts("colour", [.. rows.Select(row => Pick(row, row % 5 == 0 ? null : $"colour {row % 4}", row % 2 == 0 ? "zebra" : null))]),
            new NumberColumn("price", [.. rows.Select(row => Pick(row, 100 + row * 3.5, row % 2 == 0 ? -1e20 : 1e20))]),
            CategoryColumn.FromTexts("sort", [.. rows.Select(row => Pick(row, new[] { "b", "c", "a" }[row % 3], strangeSort))])]);
    }

    private static RunRequest Request(string target, bool balance) => new()
    {
        Dataset = "stones",
        Target = target,
        Features = ["size", "sold", "whole", "colour"],
        Validation = new() { Split = SplitKind.Rows, Rows = Judging },
        Test = new() { Split = SplitKind.Rows, Rows = Testing },
        Network = new() { Hidden = [8, 4], Dropout = 0.2 },
        Training = new() { Epochs = 5, BalanceClasses = balance },
        EarlyStopping = null,
    };

    [Theory]
    [InlineData("price", false, "a")]
    [InlineData("sort", false, "a")]
    [InlineData("sort", true, "a")]
    [InlineData("sort", true, "a class of their own")]
    public void However_wild_they_are_encoder_weights_and_training_losses_keep_every_bit(string target, bool balance, string strangeSort)
    {
        var (tame, wild) = (Train(wild: false), Train(wild: true));

        Assert.Equal(JsonSerializer.Serialize(tame.Plan.Encoder), JsonSerializer.Serialize(wild.Plan.Encoder));
        Assert.Equal(JsonSerializer.Serialize(tame.Plan.Spec), JsonSerializer.Serialize(wild.Plan.Spec));
        Assert.Equal(tame.Plan.LossScale, wild.Plan.LossScale);
        var (rows, wildRows) = (tame.Plan.Encode(tame.Plan.Split.Train), wild.Plan.Encode(wild.Plan.Split.Train));
        Assert.Equal(rows.Features, wildRows.Features);
        Assert.Equal(rows.Targets, wildRows.Targets);
        Assert.Equal(rows.Weights, wildRows.Weights);

        Assert.Equal(6, tame.TrainLosses.Count);
        Assert.Equal(tame.TrainLosses, wild.TrainLosses);
        var (state, wildState) = (tame.Run.State!.Network, wild.Run.State!.Network);
        Assert.Equal(state.Weights, wildState.Weights);
        Assert.Equal(state.Moments, wildState.Moments);

        // They were wild enough to be noticed where they should be.
        Assert.All(tame.ValidationLosses.Zip(wild.ValidationLosses), pair => Assert.NotEqual(pair.First, pair.Second));

        (RunPlan Plan, TrainedRun Run, List<double> TrainLosses, List<double> ValidationLosses) Train(bool wild)
        {
            var plan = RunPlan.Resolve(Request(target, balance), new(TableWith(wild, strangeSort)));
            var (trainLosses, validationLosses) = (new List<double>(), new List<double>());
            var run = TrainedRun.Of(plan, null, (epoch, _) =>
            {
                trainLosses.Add(epoch.TrainLoss);
                validationLosses.Add(epoch.ValidationLoss);
            }, default);
            return (plan, run, trainLosses, validationLosses);
        }
    }

    /// <summary>The test part moves not even the validation losses, nor which epoch is the best.</summary>
    [Fact]
    public void Test_rows_are_looked_at_after_training_only()
    {
        var request = Request("sort", balance: false) with { Test = new() { Split = SplitKind.Rows, Rows = [.. Judging, .. Testing] }, Validation = new() { Split = SplitKind.Last } };

        byte[] Train(bool wild, List<double> losses) =>
            TrainedRun.Of(RunPlan.Resolve(request, new(TableWith(wild, "a"))), null, (epoch, _) => losses.Add(epoch.ValidationLoss), default).Model!.Save();

        var (tame, wild) = (new List<double>(), new List<double>());
        Assert.Equal(Train(wild: false, tame), Train(wild: true, wild));
        Assert.Equal(tame, wild);
    }
}
