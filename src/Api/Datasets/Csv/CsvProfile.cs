using System.Collections.Concurrent;
using Velodrome.Training.Tables;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>A table that was profiled.</summary>
/// <param name="Profiles">The profiles of its columns, in the order of the file.</param>
/// <param name="Table">The table, if it is in memory as a whole; otherwise null.</param>
internal sealed record ProfiledTable(IReadOnlyList<ColumnProfile> Profiles, Table? Table);

/// <summary>
/// Profiles the columns of a CSV. Columns of one-digit numbers are four times as large in memory as in the file, so only some columns are
/// read in each pass.
/// </summary>
/// <param name="reading">How the CSV is read.</param>
/// <param name="rows">Its rows.</param>
/// <param name="known">Columns that are profiled already, by their fields.</param>
internal sealed class CsvProfile(TableReading reading, int rows, IReadOnlyDictionary<int, ProfiledColumn> known)
{
    /// <summary>A pass may use this much memory, or half the file's length if that is more.</summary>
    private const long MinPassBytes = 16 << 20;

    /// <summary>The columns that have no profile yet.</summary>
    private readonly List<ColumnReading> _left = [.. reading.Columns.Where(column => !known.ContainsKey(column.Field))];

    /// <summary>The profile of a CSV that was scanned.</summary>
    public static CsvProfile Of(CsvScan scan) => new(scan.Reading, scan.Rows, scan.Profiled);

    /// <param name="csv">Its position can be set to its start.</param>
    /// <param name="tableBytes">The most memory that <see cref="ProfiledTable.Table"/> may take.</param>
    /// <param name="cancellationToken">Checked at each row.</param>
    public ProfiledTable Read(Stream csv, long tableBytes, CancellationToken cancellationToken)
    {
        var perPass = ColumnsPerPass(csv.Length);
        if (_left.Count > perPass)
        {
            return new(ReadInPasses(csv, perPass, cancellationToken), null);
        }

        var columns = ReadOnce(csv, cancellationToken);
        var table = new Table([.. columns.Select(column => column.Column)]);
        return new([.. columns.Select(column => column.Profile)], table.Bytes <= tableBytes ? table : null);
    }

    /// <summary>Memory that <see cref="Read"/> needs: the arrays of a pass (numbers, codes and hashes of texts) and the texts.</summary>
    public long MemoryOf(long csvLength)
    {
        var texts = _left.Count(column => column.Kind == ColumnKind.Category);
        var perPass = ColumnsPerPass(csvLength);
        var numbers = Math.Min(perPass, _left.Count - texts);
        var arrays = numbers * sizeof(double) + Math.Min(perPass, texts) * (sizeof(int) + sizeof(ulong));
        var copies = Math.Min(numbers, Environment.ProcessorCount) * ProfiledColumn.MemoryOfCopy(rows);
        return (long)rows * arrays + copies + (texts > 0 ? sizeof(char) * csvLength : 0) + CsvBlocks.MemoryOf(csvLength);
    }

    /// <summary>Bytes that <see cref="Read"/> reads, in one or more passes; 0 if every column is known.</summary>
    public long BytesToRead(long csvLength) => (_left.Count + ColumnsPerPass(csvLength) - 1L) / ColumnsPerPass(csvLength) * csvLength;

    private List<ProfiledColumn> ReadOnce(Stream csv, CancellationToken cancellationToken)
    {
        var profiled = new ConcurrentDictionary<int, ProfiledColumn>(known);
        if (_left.Count > 0)
        {
            csv.Position = 0;
            var table = CsvTable.Read(csv, reading.Dialect, _left, new ColumnArrays(rows), cancellationToken);
            Parallel.For(0, _left.Count, column => profiled[_left[column].Field] = ProfiledColumn.Of(table.Columns[column]));
        }

        return [.. reading.Columns.Select(column => profiled[column.Field])];
    }

    private List<ColumnProfile> ReadInPasses(Stream csv, int perPass, CancellationToken cancellationToken)
    {
        var arrays = new ColumnArrays(rows);
        var profiles = new ConcurrentDictionary<int, ColumnProfile>(
            known.Select(column => KeyValuePair.Create(column.Key, column.Value.Profile)));
        foreach (var pass in _left.Chunk(perPass))
        {
            csv.Position = 0;
            var table = CsvTable.Read(csv, reading.Dialect, pass, arrays, cancellationToken);
            Parallel.For(0, pass.Length, column => profiles[pass[column].Field] = ColumnProfile.ProfileInPlace(table.Columns[column]));
            foreach (var column in table.Columns)
            {
                arrays.Return(column);
            }
        }

        return [.. reading.Columns.Select(column => profiles[column.Field])];
    }

    private int ColumnsPerPass(long csvLength) => (int)Math.Clamp(
        Math.Max(csvLength / 2, MinPassBytes) / ((long)rows * sizeof(double)), 1, reading.Columns.Count);
}
