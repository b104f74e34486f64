using System.Globalization;

namespace Velodrome.Api.Runs.Pictures;

/// <summary>Where losses lie on a picture's upright axis, and which of them are written beside it.</summary>
internal sealed record LossAxis(double Low, double High, bool Log, IReadOnlyList<double> Ticks)
{
    private const int MostTicks = 5;

    private static readonly double[] Factors = [1, 2, 5, 10];

    /// <param name="losses">All that are drawn, at least one.</param>
    /// <param name="baseline">Drawn too, unless it would press the curves into a tenth of the picture.</param>
    /// <param name="log">Of the logarithm; losses of zero then lie at the bottom.</param>
    public static LossAxis ForLosses(IEnumerable<double> losses, double? baseline, bool log)
    {
        var all = losses.ToList();
        if (baseline is { } level && (log || level < 10 * all.Max()))
        {
            all.Add(level);
        }

        return log ? Logarithmic(all) : Linear(all.Max());
    }

    /// <summary>0 at the bottom, 1 at the top.</summary>
    public double Share(double loss) => Log
        ? Math.Clamp((Math.Log10(Math.Max(loss, Low)) - Math.Log10(Low)) / (Math.Log10(High) - Math.Log10(Low)), 0, 1)
        : loss / High;

    public bool Holds(double loss) => loss >= Low && loss <= High;

    /// <summary>Three digits; no exponent where people would not write one.</summary>
    public static string Label(double loss) => loss switch
    {
        0 => "0",
        _ when Math.Abs(loss) is >= 1e6 or < 1e-4 => loss.ToString("0.##e+0", CultureInfo.InvariantCulture),
        _ when Math.Abs(loss) >= 1000 => loss.ToString("#,0", CultureInfo.InvariantCulture),
        _ => double.Parse(loss.ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture).ToString("0.######", CultureInfo.InvariantCulture),
    };

    public static IEnumerable<int> EpochTicks(int last)
    {
        var step = (int)Math.Max(1, Step(last, 8));
        return Enumerable.Range(0, last / step + 1).Select(tick => tick * step);
    }

    private static LossAxis Linear(double max)
    {
        var top = max > 0 ? max : 1;
        var step = Step(top, MostTicks);
        var ticks = Enumerable.Range(0, (int)Math.Ceiling(top / step - 1e-9) + 1).Select(tick => tick * step).ToList();
        return new(0, ticks[^1], Log: false, ticks);
    }

    private static LossAxis Logarithmic(List<double> all)
    {
        var positive = all.Where(loss => loss > 0).DefaultIfEmpty(1).ToList();
        var (low, high) = ((int)Math.Floor(Math.Log10(positive.Min())), (int)Math.Ceiling(Math.Log10(positive.Max())));
        high = Math.Max(high, low + 1);
        var every = (high - low + MostTicks - 1) / MostTicks;
        return new(Math.Pow(10, low), Math.Pow(10, high), Log: true, [.. Enumerable.Range(low, high - low + 1).Where(power => (power - low) % every == 0).Select(power => Math.Pow(10, power))]);
    }

    /// <summary>1, 2 or 5 times a power of ten, so that at most so many fit.</summary>
    private static double Step(double length, int most)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(length / most)));
        return Factors.Select(factor => factor * power).First(step => length / step <= most + 1e-9);
    }
}
