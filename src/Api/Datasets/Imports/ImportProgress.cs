using Velodrome.Data;
using Velodrome.Data.Datasets;
using Velodrome.Data.Datasets.Imports;

namespace Velodrome.Api.Datasets.Imports;

/// <summary>How far an import is. Its work says so, and another thread reads it.</summary>
/// <param name="initial">The state at its start.</param>
/// <param name="complete">Records its success in the transaction that makes the dataset visible.</param>
internal sealed class ImportProgress(ImportState initial, Action<TrainingDbContext, ImportState, Dataset> complete)
{
    private readonly Lock _lock = new();
    private ImportState _state = initial;
    private SpoolFile? _file;

    /// <summary>Bytes that the present status reads, from <see cref="_start"/> on; 0 while that is unknown.</summary>
    private long _bytes;

    private long _start;

    public ImportState Current
    {
        get
        {
            lock (_lock)
            {
                return _state.Status == ImportStatus.Receiving ? Receiving()
                    : _state with { Fraction = Fraction(BytesRead - _start, _bytes) };
            }
        }
    }

    private long BytesRead => _file?.BytesRead ?? 0;

    /// <summary>A file is being downloaded.</summary>
    /// <param name="file">Where it is written.</param>
    /// <param name="totalBytes">Its length; null if its server does not say.</param>
    public void Receive(SpoolFile file, long? totalBytes)
    {
        lock (_lock)
        {
            (_file, _state) = (file, _state with { TotalBytes = totalBytes });
        }
    }

    /// <summary>The file was received, and is converted to CSV if it is of another format.</summary>
    public void Read(ReceivedFile file)
    {
        lock (_lock)
        {
            var bytes = file.Content.BytesWritten;
            _state = _state with
            {
                Status = ImportStatus.Reading,
                DatasetName = file.Name,
                ReceivedBytes = bytes,
                TotalBytes = bytes,
            };
        }
    }

    /// <summary>The rows are in this file from now on.</summary>
    public void Read(SpoolFile csv)
    {
        lock (_lock)
        {
            (_file, _start, _bytes) = (csv, csv.BytesRead, 0);
        }
    }

    /// <summary>The next part of the work begins.</summary>
    /// <param name="status">What it is.</param>
    /// <param name="bytes">The bytes that it reads of the CSV.</param>
    public void Begin(ImportStatus status, long bytes)
    {
        lock (_lock)
        {
            (_state, _start, _bytes) = (_state with { Status = status }, BytesRead, bytes);
        }
    }

    public void CountRows(int rows)
    {
        lock (_lock)
        {
            _state = _state with { Rows = rows };
        }
    }

    public void Complete(TrainingDbContext database, Dataset stored) => complete(database, Current, stored);

    private ImportState Receiving()
    {
        var received = _file?.BytesWritten ?? 0;
        return _state with { ReceivedBytes = received, Fraction = Fraction(received, _state.TotalBytes ?? 0) };
    }

    private static double? Fraction(long done, long total) => total > 0 ? Math.Min(1, (double)done / total) : null;
}
