using Velodrome.Api.Memory;
using Velodrome.Data.Datasets;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Datasets.Columns;

/// <summary>Stores the columns of tables that were read from CSV, so that the next reader does not parse them again. It also replaces
/// damaged chunks.</summary>
internal sealed partial class ColumnConversion(
    ConversionQueue queue, TableCache tables, ColumnStore store, MemoryBudget memory, TimeProvider time,
    ILogger<ColumnConversion> logger) : BackgroundService
{
    /// <summary>A run often follows an upload, and needs the disk and the processors more.</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(5);

    /// <summary>The longest time that one table waits for uploads and runs. A service that is never idle stores columns too.</summary>
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(1);

    /// <summary>Stores the columns of a table, as far as they are not stored yet.</summary>
    /// <param name="dataset">A complete version.</param>
    /// <param name="table">Some of its columns, with all rows.</param>
    /// <param name="cancellationToken">Checked before each chunk.</param>
    public async Task Convert(Dataset dataset, Table table, CancellationToken cancellationToken)
    {
        int[] columns = [.. Enumerable.Range(0, dataset.Columns.Count).Where(index => table.Find(dataset.Columns[index].Name) is not null)];
        var slices = store.Divide(dataset, columns);
        var missing = store.FindMissing(slices).ToHashSet();
        foreach (var column in slices.GroupBy(slice => slice.Column))
        {
            var values = table.Find(dataset.Columns[column.Key].Name)!;
            var levels = 0;
            foreach (var slice in column)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var (from, known) = (levels, values as CategoryColumn);
                levels = known is null ? 0 : LevelsAfter(known, slice, levels);
                if (!missing.Contains(slice) && store.Read(slice) is not null)
                {
                    continue;
                }

                var file = known is not null
                    ? await ColumnFile.Write(known.Codes.AsMemory(slice.FirstRow, slice.Rows), known.Levels[from..levels])
                    : await ColumnFile.Write(((NumberColumn)values).Values.AsMemory(slice.FirstRow, slice.Rows));
                if (!await store.Store(slice, file))
                {
                    return; // the dataset was deleted
                }
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (dataset, key) in queue.ReadAll(stoppingToken))
        {
            await WaitUntilIdle(stoppingToken);
            try
            {
                using var lease = tables.TryLease(key);
                if (lease is not null)
                {
                    await Convert(dataset, lease.Table, stoppingToken);
                }
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(failure, dataset.Name);
            }
        }
    }

    private async Task WaitUntilIdle(CancellationToken cancellationToken)
    {
        var waited = TimeSpan.Zero;
        do
        {
            await Task.Delay(Delay, time, cancellationToken);
            waited += Delay;
        } while (memory.IsInUse && waited < MaxDelay);
    }

    /// <summary>Levels are numbered in the order of their first rows. This counts those of a slice and the slices before.</summary>
    private static int LevelsAfter(CategoryColumn column, ColumnSlice slice, int before)
    {
        foreach (var code in column.Codes.AsSpan(slice.FirstRow, slice.Rows))
        {
            before = Math.Max(before, Math.Min(code + 1, column.Levels.Length)); // codes beyond the levels mean "another level"
        }

        return before;
    }

    [LoggerMessage(LogLevel.Warning, "The columns of dataset {Dataset} could not be stored; its CSV is parsed again when it is needed",
        EventName = "columnsNotStored")]
    private partial void LogFailed(Exception failure, string dataset);
}
