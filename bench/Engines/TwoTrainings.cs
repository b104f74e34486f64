using System.Diagnostics;

namespace Velodrome.Bench.Engines;

/// <summary>Two independent trainings at the same time, one thread each. Two threads in one training can gain no more than this.</summary>
internal sealed class TwoTrainings(Workload workload) : ITrainer
{
    private readonly EngineTrainer[] _trainers = [EngineTrainer.Simd(workload, 1), EngineTrainer.Simd(workload, 1)];

    public string Name => "simd, 2 trainings";

    /// <returns>Half of the time, to compare it with one training.</returns>
    public Timing Train(int epochs)
    {
        var stopwatch = Stopwatch.StartNew();
        var other = Task.Factory.StartNew(() => _trainers[1].Train(epochs), TaskCreationOptions.LongRunning);
        var timing = _trainers[0].Train(epochs);
        other.Wait();
        return new(stopwatch.Elapsed.TotalSeconds / 2, timing.Processor / 2);
    }

    public void Dispose() => Array.ForEach(_trainers, trainer => trainer.Dispose());
}
