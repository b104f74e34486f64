namespace Velodrome.Bench.Engines;

/// <summary>What a slice of work took, in seconds: by the clock, and of the processor's time.</summary>
internal readonly record struct Time(double Wall, double Processor);

/// <summary>Something that trains.</summary>
internal interface IContender : IDisposable
{
    string Name { get; }

    Time Train(int epochs);
}
