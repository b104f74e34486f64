using Velodrome.Training;

namespace Velodrome.Api.Memory;

/// <summary>Refusals of work that needs more memory than is free, or than the budget has.</summary>
internal static class MemoryRefusals
{
    private const int RetryAfterSeconds = 5;

    public static RefusedException Busy(long bytes, long free) => new("memoryBusy", null,
        $"This request needs about {Mebibytes(bytes)} MiB of memory, and {Mebibytes(Math.Max(0, free))} MiB are free: other requests and " +
        $"runs use the rest of MaxMemoryMegabytes. Send it again in {RetryAfterSeconds} seconds, or when runs have ended.");

    public static RefusedException NeverFits(long bytes, long total) => new("requestTooLarge", null,
        $"This request needs about {Mebibytes(bytes)} MiB of memory, and the service has {Mebibytes(total)} MiB for requests " +
        "(setting MaxMemoryMegabytes). Send a smaller one: fewer rows or fewer columns at a time.");

    public static RefusedException TableTooLarge(long bytes, long maxBytes) => new("tableTooLarge", "dataset",
        $"The run's tables take about {Mebibytes(bytes)} MiB of memory, and a run may take {Mebibytes(maxBytes)} MiB here (settings " +
        "MaxMemoryMegabytes and Workers). Use datasets with fewer rows or columns.");

    /// <summary>Adds <c>Retry-After</c> to a response with <c>memoryBusy</c>.</summary>
    public static void AddRetryAfter(HttpResponse response, RefusedException refused)
    {
        if (refused.Faults[0].Code == "memoryBusy")
        {
            response.Headers.RetryAfter = $"{RetryAfterSeconds}";
        }
    }

    public static string Mebibytes(long bytes) => $"{(bytes + (1 << 20) - 1) >> 20:N0}";
}
