using System.Diagnostics;

namespace Velodrome.Bench.Engines;

/// <summary>Trainers that take turns at one workload, so that a disturbance of the machine affects all of them.</summary>
internal sealed class Comparison(Workload workload)
{
    /// <summary>Processor time of a turn, at least.</summary>
    private const double TurnSeconds = 0.2;

    private const int MaxEpochs = 1 << 20;

    private readonly List<double> _peaks = [];
    private readonly List<double> _roundTrips = [];
    private readonly List<(ITrainer Trainer, int Epochs, List<Timing> Steps)> _entries = [];

    public Workload Workload => workload;

    public IReadOnlyList<string> Names => [.. _entries.Select(entry => entry.Trainer.Name)];

    /// <summary>Nanoseconds in which a cache line goes from one core to another and back, measured between the turns.</summary>
    public (double Lower, double Median, double Upper) RoundTrip => _roundTrips.Quartiles();

    /// <summary>Velodrome's engines, PyTorch and scikit-learn, one thread each.</summary>
    public static Comparison WithPeers(Workload workload, int rounds) => Run(workload, round => round < rounds,
        EngineTrainer.Simd(workload, 1), EngineTrainer.Torch(workload),
        PythonTrainer.Start("torch", workload), PythonTrainer.Start("sklearn", workload));

    /// <summary>
    /// One thread, two threads, and two trainings, without peers: while a peer has its turn, the second processor of a virtual machine is
    /// idle and may be lent to another machine, and comes back as one far from the first. Such states last for many turns, so the
    /// comparison takes a given time instead of a number of rounds.
    /// </summary>
    public static Comparison OfThreads(Workload workload, TimeSpan time)
    {
        var stopwatch = Stopwatch.StartNew();
        return Run(workload, _ => stopwatch.Elapsed < time,
            EngineTrainer.Simd(workload, 1), EngineTrainer.Simd(workload, 2), new TwoTrainings(workload));
    }

    /// <summary>Microseconds of processor time per step, the median.</summary>
    public double Processor(string name) => StepsOf(name).Select(step => step.Processor).Median() * 1e6;

    /// <summary>Microseconds of wall-clock time per step, the median.</summary>
    public double Wall(string name) => StepsOf(name).Select(step => step.Wall).Median() * 1e6;

    /// <summary>Processor time relative to simd, the median of the rounds.</summary>
    /// <param name="prefix">Start of the trainer's name.</param>
    /// <returns>Null if the trainer is not installed.</returns>
    public double? RelativeTime(string prefix)
    {
        var found = Names.FirstOrDefault(name => name.StartsWith(prefix, StringComparison.Ordinal));
        return found is null ? null : StepsOf(found).Zip(StepsOf("simd"), (other, simd) => other.Processor / simd.Processor).Median();
    }

    /// <summary>The share of the processor's peak that simd reaches.</summary>
    public double ShareOfPeak() =>
        StepsOf("simd").Zip(_peaks, (step, peak) => workload.Operations / workload.Steps / step.Processor / 1e9 / peak).Median();

    /// <summary>The speedup over simd in wall-clock time.</summary>
    public (double Lower, double Median, double Upper) Speedup(string name) =>
        StepsOf("simd").Zip(StepsOf(name), (simd, other) => simd.Wall / other.Wall).Quartiles();

    private static Comparison Run(Workload workload, Predicate<int> continues, params ITrainer?[] trainers)
    {
        var comparison = new Comparison(workload);
        comparison._entries.AddRange(trainers.OfType<ITrainer>().Select(trainer => (trainer, FindEpochs(trainer), new List<Timing>())));
        for (var round = 0; continues(round); round++)
        {
            comparison._peaks.Add(HardwareLimits.MultiplyAdds());
            comparison._roundTrips.Add(HardwareLimits.RoundTrip());
            foreach (var (trainer, epochs, steps) in comparison._entries)
            {
                if (epochs > 1)
                {
                    // Threads that slept during other turns may share a processor for some milliseconds.
                    trainer.Train(epochs / 4 + 1);
                }

                var timing = trainer.Train(epochs);
                var count = (double)epochs * workload.Steps;
                steps.Add(new(timing.Wall / count, timing.Processor / count));
            }
        }

        comparison._entries.ForEach(entry => entry.Trainer.Dispose());
        return comparison;
    }

    /// <summary>
    /// Finds how many epochs a turn takes. The first calls are slower: code is compiled, memory is first touched, and scikit-learn sets up
    /// every call.
    /// </summary>
    private static int FindEpochs(ITrainer trainer)
    {
        trainer.Train(1);
        var epochs = 1;
        while (trainer.Train(epochs).Processor < TurnSeconds && epochs < MaxEpochs)
        {
            epochs *= 2;
        }

        return epochs;
    }

    private List<Timing> StepsOf(string name) => _entries.Single(entry => entry.Trainer.Name == name).Steps;
}
