using System.Runtime.InteropServices;

namespace Velodrome.Training.Engines.Simd.Threads;

/// <summary>
/// The items of one queue of a <see cref="ThreadTeam"/>, which threads take in order. Each counter has separate cache lines: a thread
/// that polls one does not slow down a thread that changes the other.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 384)]
internal sealed class WorkQueue
{
    /// <summary>The round in the upper half, the items that are not yet taken in the lower.</summary>
    [FieldOffset(128)]
    private long _ticket;

    [FieldOffset(256)]
    private int _completed;

    /// <summary>Number of items that are not yet taken.</summary>
    public int Remaining => (int)(uint)Interlocked.Read(ref _ticket);

    /// <summary>Number of items that are done; threads wait for it.</summary>
    public ref int Completed => ref _completed;

    /// <summary>Begins a round. Threads take its items from now on.</summary>
    public void Begin(int items)
    {
        _completed = 0;
        Interlocked.Exchange(ref _ticket, (((_ticket >> 32) + 1) << 32) | (uint)items);
    }

    /// <summary>Takes the next item. The round cannot end before the item is marked complete.</summary>
    /// <param name="remaining">Items that were not yet taken, this one included; 0 if there are none.</param>
    public bool TryTake(out int remaining)
    {
        var ticket = Interlocked.Read(ref _ticket);
        while ((remaining = (int)(uint)ticket) > 0)
        {
            var current = Interlocked.CompareExchange(ref _ticket, ticket - 1, ticket);
            if (current == ticket)
            {
                return true;
            }

            ticket = current;
        }

        return false;
    }

    /// <summary>Marks an item that was taken as done.</summary>
    public void CompleteItem() => Interlocked.Increment(ref _completed);
}
