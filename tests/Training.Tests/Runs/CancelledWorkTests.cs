using Velodrome.Training.Baselines;
using Velodrome.Training.Networks;
using Velodrome.Training.Runs;

namespace Velodrome.Training.Tests.Runs;

/// <summary>Whatever takes long before, between and after the epochs ends when it is cancelled.</summary>
public sealed class CancelledWorkTests
{
    private static readonly CancellationToken Cancelled = new(canceled: true);
    private static readonly RunPlan Plan = RunPlan.Resolve(Sample.Lesson(0), new(Sample.StudyHours));

    public static TheoryData<string> Work => [.. Calls.Keys];

    private static Dictionary<string, Action<CancellationToken>> Calls { get; } = new()
    {
        ["resolving a request"] = token => RunPlan.Resolve(Sample.Lesson(0), new(Sample.StudyHours), cancellationToken: token),
        ["restoring a plan"] = token => RunPlan.Restore(Plan.Spec, new(Sample.StudyHours), token),
        ["encoding rows"] = token => Plan.Encode(Plan.Split.Train, token),
        ["drawing the initial weights"] = token => Plan.CreateEnsemble(maxThreads: 1, token).Dispose(),
        ["a block of rows through a trained network"] = token => Forward(rows: 1000, token),
        ["a single row through a trained network"] = token => Forward(rows: 1, token),
        ["fitting the linear baseline"] = token => LinearModel.FitRegression([1, 2, 3], 3, 1, [2, 4, 6], cancellationToken: token),
        ["fitting the linear baseline of classes"] = token =>
            LinearModel.FitClasses([1, 2, 3], 3, 1, [0, 1, 1], 2, cancellationToken: token),
    };

    [Theory]
    [MemberData(nameof(Work))]
    public void Work_that_takes_long_ends_when_it_is_cancelled(string work)
    {
        Calls[work](CancellationToken.None);

        Assert.ThrowsAny<OperationCanceledException>(() => Calls[work](Cancelled));
    }

    private static void Forward(int rows, CancellationToken cancellationToken) =>
        new DenseNetwork(new(1, [], 1), Activation.Relu, new float[] { 1, 1 }).Forward(new float[rows], rows, cancellationToken);
}
