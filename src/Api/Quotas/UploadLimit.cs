using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Velodrome.Api.Access;
using Velodrome.Api.Settings;
using Velodrome.Training;

namespace Velodrome.Api.Quotas;

/// <summary>
/// Limits how many uploads of each caller are in work at the same time in this process. An upload that is imported in the background keeps
/// its place until the import has ended.
/// </summary>
internal sealed class UploadLimit(IOptions<VelodromeSettings> settings) : IDisposable
{
    /// <summary>Uploads of one caller that wait for others to end. The next one is refused. A waiting upload holds a connection but no
    /// memory.</summary>
    private const int WaitingUploads = 100;

    private readonly PartitionedRateLimiter<string> _callers = PartitionedRateLimiter.Create<string, string>(
        caller => RateLimitPartition.GetConcurrencyLimiter(caller, _ => new()
        {
            PermitLimit = settings.Value.Quotas.UploadsAtATime,
            QueueLimit = WaitingUploads,
        }));

    /// <summary>Waits until the caller has fewer uploads in work than it may have.</summary>
    /// <exception cref="RefusedException"><c>tooManyRequests</c>: too many wait already.</exception>
    public async Task<UploadPlace> Enter(string callerId, CancellationToken cancellationToken)
    {
        var lease = await _callers.AcquireAsync(callerId, cancellationToken: cancellationToken);
        return lease.IsAcquired ? new(lease) : throw new RefusedException("tooManyRequests", null,
            $"{settings.Value.Quotas.UploadsAtATime} uploads of this caller are being received or imported (Quotas:UploadsAtATime) and " +
            $"{WaitingUploads} wait. Upload again when some are done.");
    }

    public void Dispose() => _callers.Dispose();
}

/// <summary>The place of an upload among those of its caller. It is free when all who hold it have disposed it.</summary>
internal sealed class UploadPlace(RateLimitLease lease) : IDisposable
{
    private int _holders = 1;

    /// <summary>Keeps the place beyond the request.</summary>
    public UploadPlace Keep()
    {
        Interlocked.Increment(ref _holders);
        return this;
    }

    public void Dispose()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            lease.Dispose();
        }
    }
}

internal static class UploadLimitExtensions
{
    /// <summary>Has the operation wait for a place among the uploads of its caller.</summary>
    public static RouteHandlerBuilder LimitsUploads(this RouteHandlerBuilder endpoint) =>
        endpoint.AddEndpointFilter(async (context, next) =>
        {
            var http = context.HttpContext;
            using var place = await http.RequestServices.GetRequiredService<UploadLimit>().Enter(http.CallerId(), http.RequestAborted);
            http.Features.Set(place);
            return await next(context);
        });
}
