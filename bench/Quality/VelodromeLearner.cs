using Velodrome.Training.Runs;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Bench.Quality;

/// <summary>Velodrome in this process. The validation rows choose the best epoch, and the network never learns from them.</summary>
/// <param name="request">What differs from the defaults; dataset, target, task and rows are those of each table.</param>
internal sealed class VelodromeLearner(RunRequest request) : ILearner
{
    public string Name => "Velodrome";

    public Score Train(QualityTable table, Split split)
    {
        var start = Environment.CpuUsage.TotalTime;
        var plan = RunPlan.Resolve(request with
        {
            Dataset = table.Name,
            Target = table.Target,
            Task = table.Task,
            Validation = new() { Split = SplitKind.Rows, Rows = split.Validation },
            Test = new() { Split = SplitKind.Rows, Rows = split.Test },
        }, new RunTables(table.Table));
        var run = plan.Train(null, static (_, _) => { }, maxThreads: 1, CancellationToken.None, CancellationToken.None);
        var metrics = run.Evaluation?.Test ?? throw new InvalidOperationException($"The run ended with {run.Result.StopReason}.");
        var deviation = table.TargetColumn is NumberColumn numbers
            ? Moments.Of([.. split.Test.Select(row => numbers.Values[row])]).StandardDeviation
            : double.NaN;
        return Score.Of(metrics, deviation, (Environment.CpuUsage.TotalTime - start).TotalSeconds);
    }

    public void Dispose() { }
}
