using System.Diagnostics;

namespace Velodrome.Bench.Engines;

/// <summary>One case, all contenders taking turns: what disturbs the machine for a while disturbs them all.</summary>
internal sealed class Race(Case of)
{
    private const double SliceSeconds = 0.2;

    private readonly List<double> _peaks = [];
    private readonly List<double> _roundTrips = [];
    private readonly List<(IContender Contender, int Epochs, List<Time> PerStep)> _entries = [];

    public Case Case => of;

    public IReadOnlyList<string> Names => [.. _entries.Select(entry => entry.Contender.Name)];

    /// <summary>One thread of this project's and of others.</summary>
    public static Race AgainstOthers(Case of, int rounds) =>
        Run(of, round => round < rounds, EngineContender.Simd(of, 1), EngineContender.Torch(of), PeerContender.Start("torch", of), PeerContender.Start("sklearn", of));

    /// <summary>One thread, two, and two trainings. No peer has its turns in between: of a virtual machine, a processor that lies idle is
    /// lent to others, and comes back as one far from the first. It takes as long as told, as such states last for many turns.</summary>
    public static Race OfThreads(Case of, TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        return Run(of, _ => clock.Elapsed < time, EngineContender.Simd(of, 1), EngineContender.Simd(of, 2), new PairContender(of));
    }

    /// <summary>Nanoseconds that a line of cache took from one core to another and back between the turns: the median, and the quarters.</summary>
    public (double Lower, double Median, double Upper) RoundTrip => _roundTrips.Quarters();

    /// <summary>Microseconds of processor time a step, the median.</summary>
    public double Processor(string name) => TimesOf(name).Select(time => time.Processor).Median() * 1e6;

    /// <summary>Microseconds of the clock a step, the median.</summary>
    public double Wall(string name) => TimesOf(name).Select(time => time.Wall).Median() * 1e6;

    /// <summary>How many times as long as simd's step another's takes, the median of the rounds; null where it was not there.</summary>
    public double? TimesAsFastAs(string start) => Names.FirstOrDefault(name => name.StartsWith(start, StringComparison.Ordinal)) is { } name
        ? TimesOf(name).Zip(TimesOf("simd"), (other, simd) => other.Processor / simd.Processor).Median()
        : null;

    /// <summary>Of the operations that registers can do.</summary>
    public double ShareOfPeak() => TimesOf("simd").Zip(_peaks, (time, peak) => of.Operations / of.Steps / time.Processor / 1e9 / peak).Median();

    /// <summary>How many times as fast as simd's step another's is, by the clock: the median, and the quarters.</summary>
    public (double Lower, double Median, double Upper) Gain(string name) =>
        TimesOf("simd").Zip(TimesOf(name), (one, two) => one.Wall / two.Wall).Quarters();

    private static Race Run(Case of, Predicate<int> goesOn, params IContender?[] contenders)
    {
        var race = new Race(of);
        foreach (var contender in contenders.OfType<IContender>())
        {
            // The first slices are slower: code is compiled, memory comes in, scikit-learn sets up each call. Then as many as last long enough.
            contender.Train(1);
            var epochs = 1;
            while (contender.Train(epochs).Processor < SliceSeconds && epochs < 1 << 20)
            {
                epochs *= 2;
            }

            race._entries.Add((contender, epochs, []));
        }

        for (var round = 0; goesOn(round); round++)
        {
            race._peaks.Add(Limits.MultiplyAdds());
            race._roundTrips.Add(Limits.RoundTrip());
            foreach (var (contender, epochs, perStep) in race._entries)
            {
                if (epochs > 1)
                {
                    contender.Train(epochs / 4 + 1); // threads that slept while others had their turns may share a processor for some milliseconds
                }

                var time = contender.Train(epochs);
                var steps = (double)epochs * of.Steps;
                perStep.Add(new(time.Wall / steps, time.Processor / steps));
            }
        }

        race._entries.ForEach(entry => entry.Contender.Dispose());
        return race;
    }

    private List<Time> TimesOf(string name) => _entries.Single(entry => entry.Contender.Name == name).PerStep;
}
