using System.Globalization;
using System.Text;

namespace Velodrome.Bench.Quality;

/// <summary>Tables from formulas, as CSV. They are the same on every machine: their cells are rounded.</summary>
internal static class GeneratedTables
{
    private const int Rows = 2000;

    /// <summary>Numbers from numbers, five of them noise: the first function of Friedman (1991), Multivariate Adaptive Regression
    /// Splines.</summary>
    public static string Friedman() => Csv("x1,x2,x3,x4,x5,x6,x7,x8,x9,x10,y", seed: 1, random =>
    {
        double[] x = [.. Enumerable.Range(0, 10).Select(_ => Math.Round(random.NextDouble(), 4))];
        var y = 10 * Math.Sin(Math.PI * x[0] * x[1]) + 20 * (x[2] - 0.5) * (x[2] - 0.5) + 10 * x[3] + 5 * x[4] + Gaussian(random);
        return [.. x.Select(Cell), Cell(y)];
    });

    /// <summary>Two classes from numbers with thresholds, skewed numbers, categories and missing cells; a tenth of the labels is
    /// random.</summary>
    public static string Customers() => Csv("age,income,visits,region,plan,leaves", seed: 2, random =>
    {
        var (age, income, visits) = (18 + random.Next(60), Math.Exp(10 + 0.7 * Gaussian(random)), random.Next(30));
        var (region, plan) = (random.Next(8), random.Next(3));
        var score = (age is > 25 and < 40 ? 1 : -1) + (income > 30_000 ? 1 : -1) * (plan == 2 ? -1 : 1) + (region % 3 - 1)
            + (visits < 4 ? 1 : 0);
        var leaves = random.NextDouble() < 0.1 ? random.Next(2) == 1 : score > 0;
        return
        [
            $"{age}", random.NextDouble() < 0.08 ? "" : Cell(Math.Round(income)), $"{visits}", $"region {region}", $"plan {plan}",
            leaves ? "yes" : "no",
        ];
    });

    /// <summary>Three classes: the arms of a spiral with noise, and two columns of noise.</summary>
    public static string Spirals() => Csv("x,y,noise1,noise2,arm", seed: 3, random =>
    {
        var (arm, radius) = (random.Next(3), random.NextDouble());
        var angle = 2 * Math.PI * arm / 3 + 4 * radius + 0.25 * Gaussian(random);
        return
        [
            Cell(radius * Math.Cos(angle)), Cell(radius * Math.Sin(angle)), Cell(Gaussian(random)), Cell(Gaussian(random)),
            ((char)('a' + arm)).ToString(),
        ];
    });

    private static string Csv(string header, int seed, Func<Random, string[]> nextRow)
    {
        var random = new Random(seed);
        var csv = new StringBuilder(header).Append('\n');
        for (var row = 0; row < Rows; row++)
        {
            csv.AppendJoin(',', nextRow(random)).Append('\n');
        }

        return csv.ToString();
    }

    private static string Cell(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>A standard normal number (Box and Muller 1958).</summary>
    private static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
