namespace Velodrome.Training.Engines;

/// <summary>Counts the trainings of this process, so that one that is alone may use every processor, and two don't get in each other's way.</summary>
internal sealed class ActiveTrainings : IDisposable
{
    private static int _trainings;

    private ActiveTrainings()
    {
    }

    /// <summary>Whether at most one training goes on.</summary>
    public static bool IsAlone => Volatile.Read(ref _trainings) <= 1;

    /// <summary>A training begins; it ends with the result's disposal.</summary>
    public static ActiveTrainings Begin()
    {
        Interlocked.Increment(ref _trainings);
        return new();
    }

    public void Dispose() => Interlocked.Decrement(ref _trainings);
}
