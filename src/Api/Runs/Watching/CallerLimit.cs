using Velodrome.Training;

namespace Velodrome.Api.Runs.Watching;

/// <summary>Limits how many callers do something at the same time.</summary>
/// <param name="most">The limit.</param>
/// <param name="setting">The name of the setting with the limit.</param>
/// <param name="doing">What they do, as in "1000 callers are …".</param>
internal sealed class CallerLimit(int most, string setting, string doing)
{
    private int _callers;

    /// <summary>Counts a caller until the result is disposed.</summary>
    /// <exception cref="RefusedException"><c>tooManyRequests</c>.</exception>
    public IDisposable Enter()
    {
        if (Interlocked.Increment(ref _callers) <= most)
        {
            return new Place(this);
        }

        Interlocked.Decrement(ref _callers);
        throw new RefusedException("tooManyRequests", null,
            $"{most} callers are {doing}, which is the most that {setting} allows. Try again later, or get the run with GET instead.");
    }

    private sealed class Place(CallerLimit limit) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                Interlocked.Decrement(ref limit._callers);
            }
        }
    }
}
