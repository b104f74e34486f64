using Velodrome.Data.Runs;
using Velodrome.Training;

namespace Velodrome.Api.Http;

/// <summary>Checks the Idempotency-Keys of requests.</summary>
internal static class RequestKeys
{
    /// <exception cref="RefusedException"><c>wrongLength</c>.</exception>
    public static string Check(string key) => key.Length is >= 1 and <= IdempotencyKey.MaxLength ? key
        : throw new RefusedException("wrongLength", IdempotencyKey.Header,
            $"An {IdempotencyKey.Header} has 1 to {IdempotencyKey.MaxLength} characters; this one has {key.Length}.");
}
