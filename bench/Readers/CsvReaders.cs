using System.Diagnostics;
using System.Globalization;
using System.Text;
using CsvHelper;
using nietras.SeparatedValues;
using Velodrome.Bench.Service;
using SylvanReader = Sylvan.Data.Csv.CsvDataReader;

namespace Velodrome.Bench.Readers;

/// <summary>
/// Compares libraries that read CSV on one thread: finding all cells of the large table, and parsing them as numbers too. Each is used as
/// its documentation recommends for speed.
/// </summary>
internal static class CsvReaders
{
    private static readonly (string Name, Func<string, bool, double> Read)[] Libraries =
    [
        ("CsvHelper, which the service uses", ReadWithCsvHelper),
        ("Sep", ReadWithSep),
        ("Sylvan.Data.Csv", ReadWithSylvan),
    ];

    public static string Measure(int rounds)
    {
        var file = Path.GetTempFileName();
        try
        {
            LargeTable.WriteCsv(file);
            var sum = Libraries[0].Read(file, true);
            var times = Libraries.ToDictionary(library => library.Name, _ => (Cells: new List<double>(), Numbers: new List<double>()));
            for (var round = 0; round <= rounds; round++)
            {
                foreach (var (name, read) in Libraries)
                {
                    times[name].Cells.Add(Seconds(() => read(file, false)));
                    times[name].Numbers.Add(Seconds(() => CheckSum(name, read(file, true), sum)));
                }
            }

            return Describe(times, rounds);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Describe(Dictionary<string, (List<double> Cells, List<double> Numbers)> times, int rounds) => $"""
        ## Libraries that read CSV

        The file of the large table, one thread, seconds. Medians of {rounds} rounds.

        {Report.Table(["library", "all cells", "all numbers"],
        [
            .. times.Select(library => new[]
            {
                library.Key,
                Report.Number(library.Value.Cells.Skip(1).Median()), // the first round compiles the code
                Report.Number(library.Value.Numbers.Skip(1).Median()),
            }),
        ])}

        """;

    private static double Seconds(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void CheckSum(string name, double sum, double expected)
    {
        if (Math.Abs(sum - expected) > 1e-6 * Math.Abs(expected))
        {
            throw new InvalidOperationException($"{name} read numbers whose sum is {sum} instead of {expected}.");
        }
    }

    private static double ReadWithCsvHelper(string file, bool parses)
    {
        using var stream = File.OpenRead(file);
        using var reader = CsvHelper.CsvReader.Create(stream, new CsvReaderOptions { HasHeader = true });
        var sum = 0.0;
        while (reader.Read())
        {
            for (var field = 0; field < LargeTable.Columns; field++)
            {
                var cell = reader.GetSpan(field);
                sum += parses ? double.Parse(cell, CultureInfo.InvariantCulture) : cell.Length;
            }
        }

        return sum;
    }

    private static double ReadWithSep(string file, bool parses)
    {
        using var reader = Sep.Reader(options => options with { Sep = new Sep(',') }).FromFile(file);
        var sum = 0.0;
        foreach (var row in reader)
        {
            for (var field = 0; field < LargeTable.Columns; field++)
            {
                sum += parses ? row[field].Parse<double>() : row[field].Span.Length;
            }
        }

        return sum;
    }

    private static double ReadWithSylvan(string file, bool parses)
    {
        using var text = new StreamReader(file, Encoding.UTF8);
        using var reader = SylvanReader.Create(text);
        var sum = 0.0;
        while (reader.Read())
        {
            for (var field = 0; field < LargeTable.Columns; field++)
            {
                sum += parses ? reader.GetDouble(field) : reader.GetFieldSpan(field).Length;
            }
        }

        return sum;
    }
}
