using System.Globalization;

namespace Velodrome.Api.Runs.Pictures;

/// <summary>The vertical axis of a picture of loss curves.</summary>
/// <param name="Low">The loss at the bottom.</param>
/// <param name="High">The loss at the top.</param>
/// <param name="Log">Whether the axis is logarithmic.</param>
/// <param name="Ticks">The losses with a label.</param>
internal sealed record LossAxis(double Low, double High, bool Log, IReadOnlyList<double> Ticks)
{
    /// <summary>Losses beyond these limits are drawn at them: near the ends of a double's range, ticks cannot be computed.</summary>
    private const int SmallestPower = -290, LargestPower = 290;

    private const int MaxTicks = 5;
    private const int MaxEpochTicks = 8;

    private static readonly double[] StepFactors = [1, 2, 5, 10];

    /// <param name="losses">The losses of the curves, at least one.</param>
    /// <param name="baseline">Included unless it would compress the curves into the lowest tenth of the picture.</param>
    /// <param name="log">Whether the axis is logarithmic. It shows a loss of zero at its bottom.</param>
    public static LossAxis ForLosses(IEnumerable<double> losses, double? baseline, bool log)
    {
        var all = losses.ToList();
        if (baseline is { } level && (log || level < 10 * all.Max()))
        {
            all.Add(level);
        }

        return log ? Logarithmic(all) : Linear(all.Max());
    }

    /// <summary>Returns the position of a loss, from 0 at the bottom to 1 at the top.</summary>
    public double Share(double loss) => Log
        ? Math.Clamp((Math.Log10(Math.Max(loss, Low)) - Math.Log10(Low)) / (Math.Log10(High) - Math.Log10(Low)), 0, 1)
        : Math.Clamp(loss / High, 0, 1);

    public bool Contains(double loss) => loss >= Low && loss <= High;

    /// <summary>Writes a loss with three significant digits, and an exponent only if it is very large or very small.</summary>
    public static string Label(double loss) => loss switch
    {
        0 => "0",
        _ when Math.Abs(loss) is >= 1e6 or < 1e-4 => loss.ToString("0.##e+0", CultureInfo.InvariantCulture),
        _ when Math.Abs(loss) >= 1000 => loss.ToString("#,0", CultureInfo.InvariantCulture),
        _ => double.Parse(loss.ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
            .ToString("0.######", CultureInfo.InvariantCulture),
    };

    public static IEnumerable<int> EpochTicks(int lastEpoch)
    {
        var step = (int)Math.Max(1, Step(lastEpoch, MaxEpochTicks));
        return Enumerable.Range(0, lastEpoch / step + 1).Select(tick => tick * step);
    }

    private static LossAxis Linear(double max)
    {
        var top = max > 0 ? Math.Clamp(max, Math.Pow(10, SmallestPower), Math.Pow(10, LargestPower)) : 1;
        var step = Step(top, MaxTicks);
        var ticks = Enumerable.Range(0, (int)Math.Ceiling(top / step - 1e-9) + 1).Select(tick => tick * step).ToList();
        return new(0, ticks[^1], Log: false, ticks);
    }

    private static LossAxis Logarithmic(List<double> losses)
    {
        var positive = losses.Where(loss => loss > 0).DefaultIfEmpty(1).ToList();
        var (low, high) = ((int)Math.Floor(Math.Log10(positive.Min())), (int)Math.Ceiling(Math.Log10(positive.Max())));
        low = Math.Clamp(low, SmallestPower, LargestPower - 1);
        high = Math.Clamp(high, low + 1, LargestPower);
        var step = (high - low + MaxTicks - 1) / MaxTicks;
        var powers = Enumerable.Range(low, high - low + 1).Where(power => (power - low) % step == 0);
        return new(Math.Pow(10, low), Math.Pow(10, high), Log: true, [.. powers.Select(power => Math.Pow(10, power))]);
    }

    /// <summary>The smallest of 1, 2 and 5 times a power of ten that fits into the length at most <paramref name="most"/> times.</summary>
    private static double Step(double length, int most)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(length / most)));
        return StepFactors.Select(factor => factor * power).First(step => length / step <= most + 1e-9);
    }
}
