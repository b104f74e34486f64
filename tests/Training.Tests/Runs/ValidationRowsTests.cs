using System.Text.Json;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Runs;

/// <summary>Validation and test rows never influence training: they are changed completely, and every bit that is learnt stays.</summary>
public class ValidationRowsTests
{
    private static readonly int[] Validation = [0, 7, 13, 21, 38], Test = [4, 39];

    /// <summary>Forty rows with every kind of column and gaps.</summary>
    /// <param name="changed">Whether validation and test rows have extreme, missing and unknown values instead.</param>
    /// <param name="changedClass">The class of those rows then.</param>
    private static Table TableWith(bool changed, string changedClass)
    {
        var random = new System.Random(1);
        T Pick<T>(int row, T original, T other) => changed && (Validation.Contains(row) || Test.Contains(row)) ? other : original;
        var rows = Sample.Indices(40);
        double[] sizes = [.. rows.Select(row => row % 9 == 5 ? double.NaN : random.NextDouble() * 10)];
        string?[] colours = [.. rows.Select(row => row % 5 == 0 ? null : $"colour {row % 4}")];
        return new([
            new NumberColumn("size", [.. rows.Select(row => Pick(row, sizes[row], row % 2 == 0 ? double.NaN : 1e20 * row))]),
            new NumberColumn("sold", [.. rows.Select(row => Pick(row, row % 3 == 0 ? 1.0 : 0, double.NaN))], ColumnKind.Boolean),
            // No training row lacks this one.
            new NumberColumn("whole", [.. rows.Select(row => Pick(row, row * row % 17, row % 2 == 0 ? double.NaN : -1e9))]),
            CategoryColumn.FromTexts("colour", [.. rows.Select(row => Pick(row, colours[row], row % 2 == 0 ? "zebra" : null))]),
            new NumberColumn("price", [.. rows.Select(row => Pick(row, 100 + row * 3.5, row % 2 == 0 ? -1e20 : 1e20))]),
            CategoryColumn.FromTexts("sort", [.. rows.Select(row => Pick(row, new[] { "b", "c", "a" }[row % 3], changedClass))])]);
    }

    private static RunRequest Request(string target, bool balance) => new()
    {
        Dataset = "stones",
        Target = target,
        Features = ["size", "sold", "whole", "colour"],
        Validation = new() { Split = SplitKind.Rows, Rows = Validation },
        Test = new() { Split = SplitKind.Rows, Rows = Test },
        Network = new() { Hidden = [8, 4], Dropout = 0.2 },
        Training = new() { Epochs = 5, BalanceClasses = balance },
        EarlyStopping = null,
    };

    [Theory]
    [InlineData("price", false, "a")]
    [InlineData("sort", false, "a")]
    [InlineData("sort", true, "a")]
    [InlineData("sort", true, "an unseen class")]
    public void Encoder_weights_and_training_losses_do_not_depend_on_validation_and_test_rows(
        string target, bool balance, string changedClass)
    {
        var (original, changed) = (Train(changed: false), Train(changed: true));

        Assert.Equal(JsonSerializer.Serialize(original.Plan.Encoder), JsonSerializer.Serialize(changed.Plan.Encoder));
        Assert.Equal(JsonSerializer.Serialize(original.Plan.Spec), JsonSerializer.Serialize(changed.Plan.Spec));
        Assert.Equal(original.Plan.LossScale, changed.Plan.LossScale);
        var (rows, changedRows) = (original.Plan.Encode(original.Plan.Split.Train), changed.Plan.Encode(changed.Plan.Split.Train));
        Assert.Equal(rows.Features, changedRows.Features);
        Assert.Equal(rows.Targets, changedRows.Targets);
        Assert.Equal(rows.Weights, changedRows.Weights);

        Assert.Equal(6, original.TrainLosses.Count);
        Assert.Equal(original.TrainLosses, changed.TrainLosses);
        var (state, changedState) = (original.Run.State!.Network, changed.Run.State!.Network);
        Assert.Equal(state.Weights, changedState.Weights);
        Assert.Equal(state.Moments, changedState.Moments);

        // The changes were large enough to be seen where they should be.
        Assert.All(original.ValidationLosses.Zip(changed.ValidationLosses), pair => Assert.NotEqual(pair.First, pair.Second));

        (RunPlan Plan, TrainedRun Run, List<double> TrainLosses, List<double> ValidationLosses) Train(bool changed)
        {
            var plan = RunPlan.Resolve(Request(target, balance), new(TableWith(changed, changedClass)));
            var (trainLosses, validationLosses) = (new List<double>(), new List<double>());
            var run = plan.Train(null, (epoch, _) =>
            {
                trainLosses.Add(epoch.TrainLoss);
                validationLosses.Add(epoch.ValidationLoss);
            }, default);
            return (plan, run, trainLosses, validationLosses);
        }
    }

    /// <summary>Test rows don't even influence the validation losses or which epoch is the best.</summary>
    [Fact]
    public void Test_rows_are_used_only_after_training()
    {
        var request = Request("sort", balance: false) with
        {
            Validation = new() { Split = SplitKind.Last },
            Test = new() { Split = SplitKind.Rows, Rows = [.. Validation, .. Test] },
        };

        var (originalLosses, changedLosses) = (new List<double>(), new List<double>());
        Assert.Equal(Train(changed: false, originalLosses), Train(changed: true, changedLosses));
        Assert.Equal(originalLosses, changedLosses);

        byte[] Train(bool changed, List<double> losses)
        {
            var plan = RunPlan.Resolve(request, new(TableWith(changed, "a")));
            return plan.Train(null, (epoch, _) => losses.Add(epoch.ValidationLoss), default).Model!.Save();
        }
    }
}
