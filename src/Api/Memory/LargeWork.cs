namespace Velodrome.Api.Memory;

/// <summary>
/// Runs work that keeps a processor busy for long. Each piece of work has a thread of its own, and as many run at a time as there are
/// processors. The threads that answer requests stay free for others.
/// </summary>
internal static class LargeWork
{
    /// <summary>Work that takes more memory than this also takes longer than the start of a thread.</summary>
    private const long SmallBytes = 4 << 20;

    private static readonly SemaphoreSlim Running = new(Environment.ProcessorCount);

    /// <param name="bytes">The memory that the work takes. Small work runs at once, on the thread of the caller.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<T> Run<T>(long bytes, Func<T> work, CancellationToken cancellationToken)
    {
        if (bytes <= SmallBytes)
        {
            return work();
        }

        await Running.WaitAsync(cancellationToken);
        try
        {
            return await Task.Factory.StartNew(work, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            Running.Release();
        }
    }
}
