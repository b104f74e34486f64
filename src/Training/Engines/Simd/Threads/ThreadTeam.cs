using System.Diagnostics;

namespace Velodrome.Training.Engines.Simd.Threads;

/// <summary>Runs one item of work.</summary>
/// <param name="queue">The item's queue.</param>
/// <param name="stage">The item's stage in the queue.</param>
/// <param name="number">The item's number in the stage.</param>
/// <param name="worker">The thread that runs it, from 0. A worker runs one item at a time.</param>
internal delegate void WorkItem(int queue, int stage, int number, int worker);

/// <summary>
/// Threads that work through queues together, round by round. A queue holds items in stages; a stage begins when the stages before it,
/// in the same queue, are done. Each thread has its own queue, so that its results stay in its caches. When that queue is
/// empty, the thread takes over a queue that no thread has begun. It waits for <see cref="HelpDelay"/> before it takes items from a queue
/// that another thread works on: that thread would have to fetch the results from another processor's cache, which costs more than the
/// help saves unless the thread is held up. Results must not depend on which thread runs an item.
/// </summary>
/// <remarks>
/// An item that throws ends the round: items that have not begun are skipped, every <see cref="WaitFor"/> returns, and
/// <see cref="Run"/> throws once no thread runs an item any more.
/// </remarks>
internal sealed class ThreadTeam : IDisposable
{
    /// <summary>Polls of an idle thread for the next round before it sleeps. In training, rounds are microseconds apart.</summary>
    private const int SpinsBeforeSleep = 2000;

    /// <summary>How long a thread without items waits before it helps with another thread's queue.</summary>
    private static readonly TimeSpan HelpDelay = TimeSpan.FromMicroseconds(50);

    private readonly object _wakeUp = new();
    private readonly WorkQueue[] _queues;
    private readonly Thread[] _threads;
    private readonly Predicate<WorkQueue> _isUntouched;

    private WorkItem _workItem = (_, _, _, _) => { };
    private int[] _itemsPerStage = [];
    private int _itemsPerQueue;
    private int _sleepers;
    private Exception? _failure;
    private volatile bool _closing;

    /// <param name="size">Threads, including the one that calls <see cref="Run"/>.</param>
    /// <param name="queues">Number of queues.</param>
    public ThreadTeam(int size, int queues)
    {
        _isUntouched = queue => queue.Remaining == _itemsPerQueue;
        _queues = [.. Enumerable.Range(0, queues).Select(_ => new WorkQueue())];
        _threads = [.. Enumerable.Range(1, size - 1).Select(worker =>
            new Thread(() => RunWorker(worker)) { IsBackground = true, Name = "Training" })];
        Array.ForEach(_threads, thread => thread.Start());
    }

    private bool IsIdle => Array.TrueForAll(_queues, queue => queue.Remaining == 0);

    private bool HasFailed => Volatile.Read(ref _failure) is not null;

    /// <summary>Runs one round: the same stages in every queue.</summary>
    /// <param name="itemsPerStage">Number of items in each stage.</param>
    /// <param name="workItem">Runs an item.</param>
    /// <exception cref="InvalidOperationException">An item threw; the inner exception is the first that was thrown.</exception>
    public void Run(int[] itemsPerStage, WorkItem workItem)
    {
        (_workItem, _itemsPerStage, _itemsPerQueue) = (workItem, itemsPerStage, itemsPerStage.Sum());
        foreach (var queue in _queues)
        {
            queue.Begin(_itemsPerQueue);
        }

        if (Volatile.Read(ref _sleepers) > 0)
        {
            lock (_wakeUp)
            {
                Monitor.PulseAll(_wakeUp);
            }
        }

        RunItems(worker: 0);
        foreach (var queue in _queues)
        {
            WaitUntilDone(queue);
        }

        if (Interlocked.Exchange(ref _failure, null) is { } failure)
        {
            throw new InvalidOperationException($"A training thread failed: {failure.Message}", failure);
        }
    }

    /// <summary>Waits, inside an item, until other items of the round have raised a counter.</summary>
    /// <param name="counter">Written by the other items with <see cref="Volatile"/> or <see cref="Interlocked"/>.</param>
    /// <param name="value">The least value to wait for.</param>
    /// <returns>False if an item of the round has failed: the counter may never get there, and the round's results are void.</returns>
    public bool WaitFor(ref int counter, int value)
    {
        for (var wait = new SpinWait(); Volatile.Read(ref counter) < value && !HasFailed;)
        {
            wait.SpinOnce(sleep1Threshold: -1);
        }

        // Checked after the counter: items that are skipped in a failed round count as completed.
        return !HasFailed;
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

    /// <summary>Waits until no thread runs an item of the queue any more, in a failed round too. Every item ends, as no wait inside
    /// an item outlasts a failure.</summary>
    private void WaitUntilDone(WorkQueue queue)
    {
        for (var wait = new SpinWait(); Volatile.Read(ref queue.Completed) < _itemsPerQueue;)
        {
            wait.SpinOnce(sleep1Threshold: -1);
        }
    }

    private void RunWorker(int worker)
    {
        while (!_closing)
        {
            RunItems(worker);
            WaitForRound();
        }
    }

    /// <summary>Takes items and runs them until all of the round are taken.</summary>
    private void RunItems(int worker)
    {
        var (current, idleSince, wait) = (worker % _queues.Length, 0L, new SpinWait());
        while (true)
        {
            if (TryRunItem(current, worker))
            {
                idleSince = 0;
            }
            else if (IsIdle)
            {
                return;
            }
            else if (Array.FindIndex(_queues, _isUntouched) is var untouched and >= 0)
            {
                current = untouched;
            }
            else if (idleSince == 0)
            {
                (idleSince, wait) = (Stopwatch.GetTimestamp(), new());
            }
            else if (Stopwatch.GetElapsedTime(idleSince) > HelpDelay)
            {
                HelpAnotherQueue(worker);
            }
            else
            {
                wait.SpinOnce(sleep1Threshold: -1);
            }
        }
    }

    private void HelpAnotherQueue(int worker)
    {
        for (var i = 1; i < _queues.Length && !TryRunItem((worker + i) % _queues.Length, worker); i++)
        {
        }
    }

    /// <summary>Runs the next item of a queue, if there is one.</summary>
    private bool TryRunItem(int queue, int worker)
    {
        if (!_queues[queue].TryTake(out var remaining))
        {
            return false;
        }

        try
        {
            RunItem(queue, _itemsPerQueue - remaining, worker);
        }
        catch (Exception failure)
        {
            Interlocked.CompareExchange(ref _failure, failure, null);
        }
        finally
        {
            _queues[queue].CompleteItem();
        }

        return true;
    }

    /// <summary>Runs an item when the stages before it are done, or skips it when an item of the round has failed.</summary>
    private void RunItem(int queue, int item, int worker)
    {
        var (stage, firstOfStage) = (0, 0);
        while (item >= firstOfStage + _itemsPerStage[stage])
        {
            firstOfStage += _itemsPerStage[stage++];
        }

        if (WaitFor(ref _queues[queue].Completed, firstOfStage))
        {
            _workItem(queue, stage, item - firstOfStage, worker);
        }
    }

    /// <summary>Spins until the next round begins, and sleeps if it does not begin soon.</summary>
    private void WaitForRound()
    {
        var wait = new SpinWait();
        for (var spin = 0; spin < SpinsBeforeSleep; spin++)
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
}
