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

    /// <summary>Nanoseconds that a line of cache took from one core to another and back while two threads had their turns, the median.</summary>
    public double RoundTrip => _roundTrips.Median();

    /// <summary>Measures everything <paramref name="rounds"/> times.</summary>
    public static Race Run(Case of, int rounds)
    {
        var race = new Race(of);
        IContender?[] contenders =
        [
            EngineContender.Simd(of, 1),
            of.Operations > 1e8 ? EngineContender.Simd(of, 2) : null,
            of.Operations > 1e8 ? new PairContender(of) : null,
            EngineContender.Torch(of),
            PeerContender.Start("torch", of),
            PeerContender.Start("sklearn", of),
        ];
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

        for (var round = 0; round < rounds; round++)
        {
            race._peaks.Add(Limits.MultiplyAdds());
            race._roundTrips.Add(Limits.RoundTrip());
            foreach (var (contender, epochs, perStep) in race._entries)
            {
                var time = contender.Train(epochs);
                var steps = (double)epochs * of.Steps;
                perStep.Add(new(time.Wall / steps, time.Processor / steps));
            }
        }

        race._entries.ForEach(entry => entry.Contender.Dispose());
        return race;
    }

    /// <summary>Microseconds of processor time a step, the median; of the clock where two are at work.</summary>
    public double Microseconds(string name) => TimesOf(name).Select(time => name.StartsWith("simd, ", StringComparison.Ordinal) ? time.Wall : time.Processor).Median() * 1e6;

    /// <summary>How many times as long as simd's step another's takes, the median of the rounds; null where it was not there.</summary>
    public double? TimesAsFastAs(string start) => Names.FirstOrDefault(name => name.StartsWith(start, StringComparison.Ordinal)) is { } name
        ? TimesOf(name).Zip(TimesOf("simd"), (other, simd) => other.Processor / simd.Processor).Median()
        : null;

    /// <summary>Of the operations that registers can do.</summary>
    public double ShareOfPeak() => TimesOf("simd").Zip(_peaks, (time, peak) => of.Operations / of.Steps / time.Processor / 1e9 / peak).Median();

    /// <summary>How many times as fast as simd's step another's is, by the clock: the median, and the best round; null where it was not there.</summary>
    public (double Median, double Best)? Gain(string name)
    {
        if (!Names.Contains(name))
        {
            return null;
        }

        var gains = TimesOf("simd").Zip(TimesOf(name), (one, two) => one.Wall / two.Wall).ToArray();
        return (gains.Median(), gains.Max());
    }

    private List<Time> TimesOf(string name) => _entries.Single(entry => entry.Contender.Name == name).PerStep;
}
