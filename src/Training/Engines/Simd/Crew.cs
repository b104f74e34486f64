namespace Velodrome.Training.Engines.Simd;

/// <summary>
/// Threads that share out the parts of a piece of work. Who comes first takes the next part: results must not depend on who did
/// which. Between pieces they wait awake for a moment, as the next one follows within microseconds while a network trains.
/// </summary>
internal sealed class Crew : IDisposable
{
    private const int LooksBeforeSleep = 2000;

    private readonly object _bed = new();
    private readonly Thread[] _threads;

    private Action<int, int> _work = (_, _) => { };
    private long _ticket;                           // Round of work in the upper half, parts not yet taken in the lower.
    private int _done;
    private int _sleepers;
    private Exception? _failure;
    private volatile bool _closing;

    /// <param name="size">Threads, the caller's own included.</param>
    public Crew(int size)
    {
        _threads = [.. Enumerable.Range(1, size - 1).Select(worker => new Thread(() => Serve(worker)) { IsBackground = true, Name = "Training" })];
        Array.ForEach(_threads, thread => thread.Start());
    }

    /// <summary>Does <paramref name="parts"/> of work and returns when all are done.</summary>
    /// <param name="parts">Number of parts.</param>
    /// <param name="work">Does a part; gets its number, and that of the worker.</param>
    public void Share(int parts, Action<int, int> work)
    {
        _work = work;
        _done = 0;
        Interlocked.Exchange(ref _ticket, (((_ticket >> 32) + 1) << 32) | (uint)parts);
        if (Volatile.Read(ref _sleepers) > 0)
        {
            lock (_bed)
            {
                Monitor.PulseAll(_bed);
            }
        }

        while (TryTake(worker: 0))
        {
        }

        for (var wait = new SpinWait(); Volatile.Read(ref _done) < parts;)
        {
            wait.SpinOnce(sleep1Threshold: -1);
        }

        if (Interlocked.Exchange(ref _failure, null) is { } failure)
        {
            throw new InvalidOperationException("A training thread failed.", failure);
        }
    }

    public void Dispose()
    {
        _closing = true;
        lock (_bed)
        {
            Monitor.PulseAll(_bed);
        }

        Array.ForEach(_threads, thread => thread.Join());
    }

    private void Serve(int worker)
    {
        while (!_closing)
        {
            if (!TryTake(worker))
            {
                Await();
            }
        }
    }

    private bool IsIdle => (uint)Interlocked.Read(ref _ticket) == 0;

    /// <summary>Takes the last part that is left. While it is undone, the round cannot end, and what belongs to it stays.</summary>
    private bool TryTake(int worker)
    {
        var ticket = Interlocked.Read(ref _ticket);
        while ((uint)ticket > 0)
        {
            var seen = Interlocked.CompareExchange(ref _ticket, ticket - 1, ticket);
            if (seen == ticket)
            {
                Do((int)(uint)ticket - 1, worker);
                return true;
            }

            ticket = seen;
        }

        return false;
    }

    private void Do(int part, int worker)
    {
        try
        {
            _work(part, worker);
        }
        catch (Exception failure)
        {
            Interlocked.CompareExchange(ref _failure, failure, null);
        }
        finally
        {
            Interlocked.Increment(ref _done);
        }
    }

    private void Await()
    {
        var wait = new SpinWait();
        for (var look = 0; look < LooksBeforeSleep; look++)
        {
            if (!IsIdle || _closing)
            {
                return;
            }

            wait.SpinOnce(sleep1Threshold: -1);
        }

        lock (_bed)
        {
            Interlocked.Increment(ref _sleepers);
            while (IsIdle && !_closing)
            {
                Monitor.Wait(_bed);
            }

            Interlocked.Decrement(ref _sleepers);
        }
    }
}
