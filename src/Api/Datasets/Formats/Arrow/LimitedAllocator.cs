using System.Buffers;
using Apache.Arrow.Memory;
using Velodrome.Api.Memory;
using Velodrome.Training;

namespace Velodrome.Api.Datasets.Formats.Arrow;

/// <summary>Gives Arrow memory up to a limit, even if a file claims larger sizes.</summary>
/// <param name="maxBytes">The limit.</param>
/// <param name="reserved">Reserves what is given.</param>
internal sealed class LimitedAllocator(long maxBytes, GrowingReservation reserved) : MemoryAllocator
{
    private long _used;

    protected override IMemoryOwner<byte> AllocateInternal(int length, out int bytesAllocated)
    {
        if (Interlocked.Add(ref _used, length) > maxBytes)
        {
            Interlocked.Add(ref _used, -length);
            throw new RefusedException("rowGroupTooLarge", null,
                $"A record batch of the file takes more than {maxBytes >> 20} MiB of memory. Write the file with smaller record batches.");
        }

        reserved.EnsureAtLeast(Volatile.Read(ref _used));
        bytesAllocated = length;
        return new Owner(this, length);
    }

    private sealed class Owner(LimitedAllocator allocator, int length) : IMemoryOwner<byte>
    {
        private int _isDisposed;

        public Memory<byte> Memory { get; } = new byte[length];

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            {
                Interlocked.Add(ref allocator._used, -length);
            }
        }
    }
}
