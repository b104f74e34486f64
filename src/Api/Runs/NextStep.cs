using Velodrome.Api.Http;
using Velodrome.Data.Runs;
using Velodrome.Training.Fitting;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;
using Velodrome.Training.Verdicts;

namespace Velodrome.Api.Runs;

/// <summary>A request that may improve on a run. It can be sent without changes.</summary>
/// <param name="Why">What the request changes, and why that may help.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path.</param>
/// <param name="Body">The JSON body.</param>
public sealed record NextStep(string Why, string Method, ApiPath Path, object Body)
{
    private const string Runs = "/api/v1/runs";

    internal static NextStep After(Run run, VerdictCode verdict)
    {
        var spec = run.Spec;
        return verdict switch
        {
            VerdictCode.StoppedTooEarly => TrainLonger(run, Math.Max(50, run.LastEpoch ?? 0),
                "the validation loss was still falling."),
            VerdictCode.Overfitting when spec.Network.Dropout < 0.2 => Train(
                WithEarlyStopping(spec) with { Network = spec.Network with { Dropout = 0.2 } },
                "Add dropout: it switches off a fifth of the units at random in each step, so the network cannot memorise single rows."),
            VerdictCode.Overfitting => Train(
                WithEarlyStopping(spec) with { Network = spec.Network with { Hidden = Halve(spec.Network.Hidden) } },
                "Train a network of half the size: it has less capacity to memorise its training rows."),
            VerdictCode.NotLearning or VerdictCode.Diverged => Train(
                spec with { Training = spec.Training with { LearningRate = Math.Max(1e-7, spec.Training.LearningRate / 10) } },
                "Lower the learning rate. If that does not help, the features may carry no information about the target."),
            VerdictCode.Inconclusive when run.LastEpoch < 20 && run.FinishedAt is not null => TrainLonger(run, 50,
                "there are too few epochs to show a trend."),
            VerdictCode.Inconclusive when spec.Validation.Fraction < 0.4 => Train(
                spec with { Validation = spec.Validation with { Fraction = 0.4 } },
                "Validate on more rows: with so few, a good loss may be luck. A larger dataset would be better still."),
            _ when spec.Test is null && TestSplitLike(spec.Validation) is { } test => Train(spec with { Test = test },
                "Add a test split: the validation rows chose the best epoch, so only rows without a part in that can confirm its loss."),
            _ => Train(spec with { Training = spec.Training with { Seed = spec.Training.Seed + 1 } },
                "Train again with another seed: a result that repeats from other initial weights is not luck."),
        };
    }

    /// <summary>Makes a test split of the same kind as the validation split, or null if that one names rows or a dataset.</summary>
    private static SplitOptions? TestSplitLike(SplitOptions validation) =>
        validation.Split is SplitKind.Rows or SplitKind.Dataset ? null : validation with { Fraction = 0.2 };

    /// <summary>Continues the run, or starts one with more epochs if a schedule does not allow that.</summary>
    private static NextStep TrainLonger(Run run, int epochs, string why)
    {
        var (training, last) = (run.Spec.Training, run.LastEpoch ?? 0);
        var more = training.Schedule == ScheduleKind.Constant ? epochs : training.Epochs - last;
        return more > 0
            ? new($"Continue training: {why}", "POST", $"{Runs}/{run.Id}/continue", new ContinueRequest { AdditionalEpochs = more })
            : Train(
                run.Spec with { Training = training with { Epochs = Math.Min(last + epochs, 1_000_000) } },
                $"Train for more epochs from the start, so that the learning rate falls later: {why}");
    }

    /// <summary>A rate that falls needs its last epochs: they are often the best.</summary>
    private static RunSpec WithEarlyStopping(RunSpec spec) =>
        spec.Training.Schedule == ScheduleKind.Constant ? spec with { EarlyStopping = spec.EarlyStopping ?? new() } : spec;

    private static NextStep Train(RunSpec spec, string why) => new(why, "POST", Runs, RunRequest.From(spec));

    private static int[] Halve(IReadOnlyList<int> hidden) => [.. hidden.Select(units => Math.Max(1, units / 2))];
}
