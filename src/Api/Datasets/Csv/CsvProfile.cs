using Velodrome.Training.Tables;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>
/// Profiles the columns of a CSV. Columns of one-digit numbers are four times as large in memory as in the file, so only some columns
/// are read in each pass.
/// </summary>
internal static class CsvProfile
{
    /// <summary>A pass may use this much memory, or half the file's length if that is more.</summary>
    private const long MinPassBytes = 16 << 20;

    /// <param name="csv">Seekable; the CSV of <paramref name="scan"/>.</param>
    /// <param name="scan">Names and kinds of the columns.</param>
    /// <param name="cancellationToken">Checked at each row.</param>
    public static List<ColumnProfile> Read(Stream csv, CsvScan scan, CancellationToken cancellationToken)
    {
        var columnsPerPass = Math.Max(1, (int)(Math.Max(csv.Length / 2, MinPassBytes) / ((long)scan.Rows * sizeof(double))));
        var arrays = new ColumnArrays(scan.Rows);
        var profiles = new List<ColumnProfile>(scan.Columns.Count);
        while (profiles.Count < scan.Columns.Count)
        {
            csv.Position = 0;
            var table = CsvTable.Read(csv, scan.Columns, arrays, profiles.Count, columnsPerPass, cancellationToken);
            foreach (var column in table.Columns)
            {
                profiles.Add(ColumnProfile.ProfileInPlace(column));
                arrays.Return(column);
            }
        }

        return profiles;
    }
}
