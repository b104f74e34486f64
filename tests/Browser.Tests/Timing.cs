namespace Velodrome.Browser.Tests;

/// <summary>
/// Limits of times. They hold on a machine that does nothing else, so they are checked only if <c>VELODROME_TIMINGS=1</c> is set.
/// </summary>
internal static class Timing
{
    private static readonly bool IsChecked = Environment.GetEnvironmentVariable("VELODROME_TIMINGS") == "1";

    public static void AssertAtMost(double limit, double milliseconds)
    {
        if (IsChecked)
        {
            Assert.InRange(milliseconds, 0, limit);
        }
    }
}
