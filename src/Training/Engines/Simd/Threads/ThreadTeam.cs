using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Velodrome.Training.Engines.Simd.Threads;

/// <summary>Does one part of some work.</summary>
/// <param name="lane">The lane it lies in.</param>
/// <param name="stage">The stage of the lane.</param>
/// <param name="number">Which part of the stage.</param>
/// <param name="worker">Who does it: never two parts at once.</param>
internal delegate void WorkItem(int lane, int stage, int number, int worker);

/// <summary>
/// Threads that do work together. It lies in lanes: each has its parts in order, and threads whose own it is, so that what they compute
/// stays in their caches. Who finds nothing more there takes on a lane that nobody has begun. In one that is under way it helps, but
/// not at once: what a lane's own threads find in another processor's cache afterwards costs them more than the help is worth, unless
/// they are held up. Results must not depend on who did which part. Between pieces of work threads wait awake for a moment, as the next
/// one follows within microseconds while a network trains.
/// </summary>
internal sealed class ThreadTeam : IDisposable
{
    private const int SpinsBeforeSleep = 2000;

    private static readonly TimeSpan HelpDelay = TimeSpan.FromMicroseconds(50);

    private readonly object _wakeUp = new();
    private readonly WorkQueue[] _queues;
    private readonly Thread[] _threads;
    private readonly Predicate<WorkQueue> _isUntouched;

    private WorkItem _workItem = (_, _, _, _) => { };
    private int[] _itemsPerStage = [];
    private int _itemCount;
    private int _sleepers;
    private Exception? _failure;
    private volatile bool _closing;

    /// <param name="size">Threads, the caller's own included.</param>
    /// <param name="lanes">Lanes that work lies in.</param>
    public ThreadTeam(int size, int lanes)
    {
        _isUntouched = lane => (uint)Interlocked.Read(ref lane.Ticket) == _itemCount;
        _queues = [.. Enumerable.Range(0, lanes).Select(_ => new WorkQueue())];
        _threads = [.. Enumerable.Range(1, size - 1).Select(worker => new Thread(() => RunWorker(worker)) { IsBackground = true, Name = "Training" })];
        Array.ForEach(_threads, thread => thread.Start());
    }

    /// <summary>Does work and returns when all of it is done.</summary>
    /// <param name="itemsPerStage">How many parts each stage of a lane has. It begins when all before it is done, in the same lane.</param>
    /// <param name="workItem">Does a part.</param>
    public void Run(int[] itemsPerStage, WorkItem workItem)
    {
        (_workItem, _itemsPerStage, _itemCount) = (workItem, itemsPerStage, itemsPerStage.Sum());
        Array.ForEach(_queues, lane => lane.Completed = 0);
        foreach (var lane in _queues)
        {
            Interlocked.Exchange(ref lane.Ticket, (((lane.Ticket >> 32) + 1) << 32) | (uint)_itemCount);
        }

        if (Volatile.Read(ref _sleepers) > 0)
        {
            lock (_wakeUp)
            {
                Monitor.PulseAll(_wakeUp);
            }
        }

        TakeItems(worker: 0);
        foreach (var lane in _queues)
        {
            WaitUntilDone(lane, _itemCount);
        }

        if (Interlocked.Exchange(ref _failure, null) is { } failure)
        {
            throw new InvalidOperationException("A training thread failed.", failure);
        }
    }

    public void Dispose()
    {
        _closing = true;
        lock (_wakeUp)
        {
            Monitor.PulseAll(_wakeUp);
        }

        Array.ForEach(_threads, thread => thread.Join());
    }

    private static void WaitUntilDone(WorkQueue lane, int parts)
    {
        for (var wait = new SpinWait(); Volatile.Read(ref lane.Completed) < parts;)
        {
            wait.SpinOnce(sleep1Threshold: -1);
        }
    }

    private void RunWorker(int worker)
    {
        while (!_closing)
        {
            TakeItems(worker);
            WaitForWork();
        }
    }

    private bool IsIdle => Array.TrueForAll(_queues, lane => (uint)Interlocked.Read(ref lane.Ticket) == 0);

    /// <summary>Takes parts until none is left to take.</summary>
    private void TakeItems(int worker)
    {
        var (number, since, wait) = (worker % _queues.Length, 0L, new SpinWait());
        while (true)
        {
            if (TryTake(number, worker))
            {
                since = 0;
            }
            else if (IsIdle)
            {
                return;
            }
            else if (Array.FindIndex(_queues, _isUntouched) is var other and >= 0)
            {
                number = other;
            }
            else if (since == 0)
            {
                (since, wait) = (Stopwatch.GetTimestamp(), new());
            }
            else if (Stopwatch.GetElapsedTime(since) > HelpDelay)
            {
                TryHelp(worker);
            }
            else
            {
                wait.SpinOnce(sleep1Threshold: -1);
            }
        }
    }

    private void TryHelp(int worker)
    {
        for (var i = 1; i < _queues.Length && !TryTake((worker + i) % _queues.Length, worker); i++)
        {
        }
    }

    /// <summary>Takes the next part of a lane. While it is undone, the round cannot end, and what belongs to it stays.</summary>
    private bool TryTake(int number, int worker)
    {
        var lane = _queues[number];
        var ticket = Interlocked.Read(ref lane.Ticket);
        while ((uint)ticket > 0)
        {
            var seen = Interlocked.CompareExchange(ref lane.Ticket, ticket - 1, ticket);
            if (seen == ticket)
            {
                RunItem(number, _itemCount - (int)(uint)ticket, worker);
                return true;
            }

            ticket = seen;
        }

        return false;
    }

    private void RunItem(int lane, int part, int worker)
    {
        try
        {
            var (stage, start) = (0, 0);
            while (part >= start + _itemsPerStage[stage])
            {
                start += _itemsPerStage[stage++];
            }

            WaitUntilDone(_queues[lane], start);
            _workItem(lane, stage, part - start, worker);
        }
        catch (Exception failure)
        {
            Interlocked.CompareExchange(ref _failure, failure, null);
        }
        finally
        {
            Interlocked.Increment(ref _queues[lane].Completed);
        }
    }

    private void WaitForWork()
    {
        var wait = new SpinWait();
        for (var look = 0; look < SpinsBeforeSleep; look++)
        {
            if (!IsIdle || _closing)
            {
                return;
            }

            wait.SpinOnce(sleep1Threshold: -1);
        }

        lock (_wakeUp)
        {
            Interlocked.Increment(ref _sleepers);
            while (IsIdle && !_closing)
            {
                Monitor.Wait(_wakeUp);
            }

            Interlocked.Decrement(ref _sleepers);
        }
    }

    /// <summary>Lines of the cache to itself, and to each of its figures: who looks at one does not slow down who works with another.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private sealed class WorkQueue
    {
        /// <summary>Round of work in the upper half, parts not yet taken in the lower.</summary>
        [FieldOffset(128)]
        public long Ticket;

        [FieldOffset(256)]
        public int Completed;
    }
}
