using Velodrome.Data.Runs;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;
using Velodrome.Training.Verdicts;

namespace Velodrome.Api.Runs;

/// <summary>A request that can be sent as it stands.</summary>
/// <param name="Why">What it is meant to change.</param>
/// <param name="Method">Of the request.</param>
/// <param name="Path">Of the request.</param>
/// <param name="Body">Of the request.</param>
public sealed record NextStep(string Why, string Method, string Path, object Body)
{
    private const string Runs = "/api/v1/runs";

    internal static NextStep After(Run run, VerdictCode verdict)
    {
        var spec = run.Spec;
        return verdict switch
        {
            VerdictCode.StoppedTooEarly => Continue(run, Math.Max(50, run.LastEpoch ?? 0), "Train on from where it ended: the validation loss was still falling."),
            VerdictCode.Overfitting when spec.Network.Dropout < 0.2 => Train(
                spec with { Network = spec.Network with { Dropout = 0.2 }, EarlyStopping = spec.EarlyStopping ?? new() },
                "Switch off a fifth of the units at random in every step, so that the network can't learn rows by heart."),
            VerdictCode.Overfitting => Train(
                spec with { Network = spec.Network with { Hidden = Halve(spec.Network.Hidden) }, EarlyStopping = spec.EarlyStopping ?? new() },
                "Train a network of half the size: it has less room for learning rows by heart."),
            VerdictCode.NotLearning or VerdictCode.Diverged => Train(
                spec with { Training = spec.Training with { LearningRate = Math.Max(1e-7, spec.Training.LearningRate / 10) } },
                "Take smaller steps. If that does not help either, the features may not say anything about the target."),
            VerdictCode.Inconclusive when run.LastEpoch < 20 && run.FinishedAt is not null => Continue(run, 50, "Give it more epochs: so few show no trend."),
            VerdictCode.Inconclusive when spec.Validation.Fraction < 0.4 => Train(
                spec with { Validation = spec.Validation with { Fraction = 0.4 } },
                "Let more rows judge. Better still, upload more rows: so few can't tell luck from learning."),
            _ when spec.Test is null && TestLike(spec.Validation) is { } test => Train(spec with { Test = test },
                "Set some rows aside as a test: the validation rows chose the best epoch, so only rows that chose nothing can confirm it."),
            _ => Train(spec with { Training = spec.Training with { Seed = spec.Training.Seed + 1 } },
                "Train it again from other initial weights: what holds twice was no luck."),
        };
    }

    /// <summary>A test part of the same kind; none beside rows or datasets that somebody chose by hand.</summary>
    private static SplitOptions? TestLike(SplitOptions validation) =>
        validation.Split is SplitKind.Rows or SplitKind.Dataset ? null : validation with { Fraction = 0.2 };

    private static NextStep Continue(Run run, int epochs, string why) =>
        new(why, "POST", $"{Runs}/{run.Id}/continue", new ContinueRequest { AdditionalEpochs = epochs });

    private static NextStep Train(RunSpec spec, string why) => new(why, "POST", Runs, RunRequest.From(spec));

    private static int[] Halve(IReadOnlyList<int> hidden) => [.. hidden.Select(units => Math.Max(1, units / 2))];
}
