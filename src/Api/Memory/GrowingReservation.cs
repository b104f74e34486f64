using Velodrome.Training;

namespace Velodrome.Api.Memory;

/// <summary>
/// Memory of a request for something whose size shows only while it is read. It grows without waiting, because what is read meanwhile holds
/// a thread. Its methods are called by one thread at a time.
/// </summary>
internal sealed class GrowingReservation(MemoryBudget memory) : IDisposable
{
    private readonly List<MemoryReservation> _parts = [];
    private long _bytes;

    /// <summary>Reserves more, at least as much again as before, if there is less than so much.</summary>
    /// <exception cref="RefusedException"><c>memoryBusy</c>, <c>requestTooLarge</c>.</exception>
    public void EnsureAtLeast(long bytes)
    {
        if (bytes > memory.Total)
        {
            throw MemoryRefusals.NeverFits(bytes, memory.Total);
        }

        if (bytes > _bytes)
        {
            var more = Math.Max(bytes - _bytes, Math.Min(_bytes, memory.Total - _bytes));
            _parts.Add(memory.TryReserve(MemoryUse.Request, more) ?? memory.TryReserve(MemoryUse.Request, bytes - _bytes)
                ?? throw MemoryRefusals.Busy(bytes - _bytes, memory.Total - memory.Used));
            _bytes += _parts[^1].Bytes;
        }
    }

    public void Dispose()
    {
        _parts.ForEach(part => part.Dispose());
        _parts.Clear();
    }
}
