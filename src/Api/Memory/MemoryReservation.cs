namespace Velodrome.Api.Memory;

/// <summary>Memory that is reserved in a <see cref="MemoryBudget"/> until it is disposed. Not thread-safe.</summary>
internal sealed class MemoryReservation(MemoryBudget budget, MemoryUse use, long bytes) : IDisposable
{
    public MemoryUse Use { get; private set; } = use;

    public long Bytes { get; private set; } = bytes;

    /// <summary>Gives back the bytes that are not needed.</summary>
    public void ShrinkTo(long needed)
    {
        if (needed < Bytes)
        {
            var released = Bytes - needed;
            Bytes = needed;
            budget.Release(Use, released);
        }
    }

    /// <summary>Moves a part of this reservation into a new one.</summary>
    /// <param name="part">At most <see cref="Bytes"/>.</param>
    public MemoryReservation Split(long part)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(part, Bytes);
        Bytes -= part;
        return new(budget, Use, part);
    }

    /// <summary>Changes what the memory is used for. If others may use it now, call <see cref="MemoryBudget.ServeWaiting"/>.</summary>
    public void Become(MemoryUse other)
    {
        if (other != Use)
        {
            var before = Use;
            Use = other;
            budget.Move(before, other, Bytes);
        }
    }

    public void Dispose() => ShrinkTo(0);

    /// <summary>Empties the reservation without releasing its bytes: the budget does that itself.</summary>
    internal long Forget()
    {
        var released = Bytes;
        Bytes = 0;
        return released;
    }
}
