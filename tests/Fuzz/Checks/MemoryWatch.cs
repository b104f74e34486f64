using System.Globalization;

namespace Velodrome.Fuzz.Checks;

/// <summary>Follows the resident memory of the service's processes.</summary>
internal sealed class MemoryWatch(IReadOnlyList<int> processes)
{
    /// <summary>Megabytes by which caches and the garbage collector's reserve may grow.</summary>
    private const long Allowance = 400;

    private readonly List<long> _megabytes = [];

    public long Now => _megabytes.Count > 0 ? _megabytes[^1] : 0;

    public void Sample()
    {
        if (OperatingSystem.IsLinux())
        {
            _megabytes.Add(processes.Sum(ReadMegabytes));
        }
    }

    /// <summary>The most memory in each quarter of the time.</summary>
    public string Quarters() => _megabytes.Count < 4 ? "not measured" : string.Join(", ", PeakOfQuarters()) + " MB";

    /// <summary>Finds memory that grows from quarter to quarter. The first quarter does not count.</summary>
    public Finding? Find()
    {
        if (_megabytes.Count < 40)
        {
            return null;
        }

        var peaks = PeakOfQuarters();
        return peaks[3] > peaks[2] && peaks[2] > peaks[1] && peaks[3] > 1.3 * peaks[1] + Allowance
            ? new(FindingKind.Memory, $"the memory grew all the time: {Quarters()}", null)
            : null;
    }

    private long[] PeakOfQuarters() => [.. Enumerable.Range(0, 4).Select(quarter =>
        _megabytes.Skip(quarter * _megabytes.Count / 4).Take(Math.Max(1, _megabytes.Count / 4)).Max())];

    private static long ReadMegabytes(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            return long.Parse(line.AsSpan(6, line.Length - 9), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture) / 1024;
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException)
        {
            return 0; // reported as a process that ended
        }
    }
}
