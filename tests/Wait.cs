using System.Diagnostics;

namespace Velodrome.Tests;

/// <summary>Waits for something that must happen.</summary>
/// <remarks>The limit only ends a test that hangs. It is long, since a busy machine is no fault.</remarks>
internal static class Wait
{
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    public static Task Until(Func<bool> condition, Func<string> state) => Until(() => Task.FromResult(condition()), state);

    /// <param name="state">What is there instead, for the message of the failure.</param>
    /// <exception cref="TimeoutException">The condition is not met.</exception>
    public static async Task Until(Func<Task<bool>> condition, Func<string> state)
    {
        for (var start = Stopwatch.GetTimestamp(); !await condition(); await Task.Delay(Interval))
        {
            if (Stopwatch.GetElapsedTime(start) > Limit)
            {
                throw new TimeoutException($"After {Limit.TotalMinutes} minutes: {state()}");
            }
        }
    }
}
