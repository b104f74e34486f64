namespace Velodrome.Training.Engines;

/// <summary>
/// Counts the trainings of this process. A training that is the only one may use several threads; several trainings use one thread each.
/// Other processes are not counted: the setting ThreadsPerRun limits threads where processes share a machine.
/// </summary>
internal sealed class ActiveTrainings : IDisposable
{
    private static int _count;

    private ActiveTrainings()
    {
    }

    /// <summary>Number of trainings that have begun and not ended.</summary>
    public static int Count => Volatile.Read(ref _count);

    /// <summary>Begins a training. Disposing the result ends it.</summary>
    public static ActiveTrainings Begin()
    {
        Interlocked.Increment(ref _count);
        return new();
    }

    public void Dispose() => Interlocked.Decrement(ref _count);
}
