using System.Collections.Concurrent;
using Velodrome.Training;
using Velodrome.Training.Tables;
using Velodrome.Training.Tables.Reading;
using Velodrome.Training.Tables.Reading.Detection;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>
/// The result of a first pass over a CSV. It checks every row, counts the rows and determines how each column is read. Columns of plain
/// numbers are profiled in the same pass.
/// </summary>
/// <param name="Dialect">The file's dialect.</param>
/// <param name="Columns">All columns of the file, also those that are left out of the dataset.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Notes">What was changed, left out or guessed.</param>
internal sealed record CsvScan(Dialect Dialect, IReadOnlyList<DetectedColumn> Columns, int Rows, IReadOnlyList<ReadingNote> Notes)
{
    /// <summary>Bytes of a column's detector: counts, lists of candidates, and examples.</summary>
    private const long BytesOfColumn = 3 << 10;

    /// <summary>Numbers that are collected may take this much memory, or the file's length if that is more.</summary>
    private const long MinCollectedBytes = 16 << 20;

    /// <summary>Memory of the longest values: each has a delimiter, and is eight bytes as a number.</summary>
    private const long MaxBytesPerByte = sizeof(double) / 2;

    /// <summary>Columns, by their fields, that were asked for and are known without another pass.</summary>
    public IReadOnlyDictionary<int, ProfiledColumn> Profiled { get; private init; } = new Dictionary<int, ProfiledColumn>();

    /// <summary>The reading that is stored with the dataset.</summary>
    public TableReading Reading { get; } = new(Dialect, [.. Columns.Select(column => column.Reading).OfType<ColumnReading>()]);

    /// <summary>Memory that <see cref="Read"/> needs without profiles. Reads the header.</summary>
    /// <exception cref="RefusedException">With the line and column of a mistake in the header.</exception>
    public static long MemoryOf(Stream csv, Dialect dialect, CancellationToken cancellationToken)
    {
        using var rows = CsvRows.Check(csv, dialect, cancellationToken);
        return BytesOfColumn * rows.Fields + CsvBlocks.MemoryOf(csv.Length);
    }

    /// <summary>Memory in which <see cref="Read"/> profiles as many columns as it pays to. Half of it holds the columns afterwards.
    /// </summary>
    /// <param name="csvLength">Length of the file.</param>
    /// <param name="most">The most that may be taken.</param>
    public static long MemoryOfProfiles(long csvLength, long most) =>
        Math.Min(most, 2 * Math.Min(MaxBytesPerByte * csvLength, Math.Max(csvLength, MinCollectedBytes))); // each is copied to be sorted

    /// <param name="csv">Seekable; read from its start.</param>
    /// <param name="dialect">The file's dialect.</param>
    /// <param name="options">What the caller has set.</param>
    /// <param name="profileBytes">Memory for <see cref="Profiled"/>; 0 for none.</param>
    /// <param name="cancellationToken">Checked at each row.</param>
    /// <param name="onRows">Called now and then with the number of rows so far.</param>
    /// <exception cref="RefusedException">With the line and column of the first mistake.</exception>
    public static CsvScan Read(
        Stream csv, Dialect dialect, ReadingOptions options, long profileBytes, CancellationToken cancellationToken,
        Action<int>? onRows = null)
    {
        using var rows = CsvRows.Check(csv, dialect, cancellationToken);
        var names = ColumnNames.Of(rows.Header);
        RefuseUnknownColumns(names.Names, options);
        var detectors = names.Names
            .Select((name, field) => new ColumnDetector(name, field, dialect.HasHeader && names.Nameless.Contains(field), options))
            .ToArray();
        var numbers = detectors.Select((_, column) => new CollectedNumbers(column + 1, profileBytes / 2)).ToArray();
        var count = CsvBlocks.Process(rows, CsvFormat.MaxRows + 1, detectors.Length, (block, _, column) =>
        {
            var (detector, values) = (detectors[column], numbers[column]);
            for (var row = 0; row < block.Rows; row++)
            {
                values.Add(detector.Observe(block.Cell(row, detector.Field), block.Line(row)));
            }
        }, onRows);
        if (count is 0 or > CsvFormat.MaxRows)
        {
            throw count == 0 ? CsvRefusal.NoRows() : CsvRefusal.TooManyRows();
        }

        var evidence = FileEvidence.Of(detectors, dialect, options);
        DetectedColumn[] columns = [.. detectors.Select(column => column.Conclude(evidence))];
        return new(dialect, columns, count, [.. names.Notes, .. columns.SelectMany(column => column.Notes)])
        {
            Profiled = Profile(columns, numbers),
        };
    }

    private static ConcurrentDictionary<int, ProfiledColumn> Profile(DetectedColumn[] columns, CollectedNumbers[] numbers)
    {
        var profiled = new ConcurrentDictionary<int, ProfiledColumn>();
        Parallel.For(0, columns.Length, index =>
        {
            if (columns[index] is { HasPlainNumbers: true, Question: null, Reading: { } reading } && numbers[index].IsComplete)
            {
                profiled[reading.Field] = ProfiledColumn.Of(new NumberColumn(reading.Name, numbers[index].TakeAll()));
            }
        });
        return profiled;
    }

    /// <summary>What the caller has to set before the file can be stored.</summary>
    public IReadOnlyList<Fault> Questions { get; } = Columns.All(column => column.Reading is null)
        ? [new("noColumns", "options.columns", "Every column is left out. Keep at least one.")]
        : [.. Columns.SelectMany(column => column.Question?.Faults ?? [])];

    /// <summary>Refuses a file with a column that only the caller can decide how to read, or without any column.</summary>
    /// <exception cref="RefusedException"><c>ambiguousDates</c>, <c>dateFormatUnknown</c>, <c>numberTooLarge</c>, <c>noColumns</c>.
    /// </exception>
    public void RefuseQuestions()
    {
        if (Questions.Count > 0)
        {
            throw new RefusedException(Questions);
        }
    }

    /// <summary>The columns whose reading is decided.</summary>
    public CsvScan WithoutQuestions() =>
        new(Dialect, [.. Columns.Where(column => column.Question is null)], Rows, Notes) { Profiled = Profiled };

    private static void RefuseUnknownColumns(IReadOnlyList<string> names, ReadingOptions options)
    {
        if (options.Columns?.Keys.Except(names).FirstOrDefault() is { } unknown)
        {
            throw new RefusedException("unknownColumn", $"options.columns.{unknown}",
                $"The file has no column '{unknown}'.{NearestName.Suggestion(unknown, names)} Its columns are " +
                $"{string.Join(", ", names.Take(50))}.");
        }
    }
}
