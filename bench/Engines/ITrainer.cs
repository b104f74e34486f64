namespace Velodrome.Bench.Engines;

/// <summary>Seconds of wall-clock time and of processor time.</summary>
internal readonly record struct Timing(double Wall, double Processor);

/// <summary>An implementation of training whose time is measured.</summary>
internal interface ITrainer : IDisposable
{
    string Name { get; }

    Timing Train(int epochs);
}
