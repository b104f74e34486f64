using System.Diagnostics;

namespace Velodrome.Bench.Engines;

/// <summary>Two trainings at once that have nothing to do with one another: no step can gain more of two threads than they do together.</summary>
internal sealed class PairContender(Case of) : IContender
{
    private readonly EngineContender[] _pair = [EngineContender.Simd(of, 1), EngineContender.Simd(of, 1)];

    public string Name => "simd, 2 trainings";

    /// <returns>Half the time of both, as long as one of them would have taken by itself if they were done in turn.</returns>
    public Time Train(int epochs)
    {
        var clock = Stopwatch.StartNew();
        var other = Task.Factory.StartNew(() => _pair[1].Train(epochs), TaskCreationOptions.LongRunning);
        var time = _pair[0].Train(epochs);
        other.Wait();
        return new(clock.Elapsed.TotalSeconds / 2, time.Processor / 2);
    }

    public void Dispose() => Array.ForEach(_pair, one => one.Dispose());
}
