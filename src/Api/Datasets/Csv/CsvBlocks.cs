using System.Runtime.ExceptionServices;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>Reads a CSV in blocks. While the next block is read, the columns of the last one are processed on the other processors.
/// </summary>
internal static class CsvBlocks
{
    /// <summary>Processes part of the columns of a block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="firstRow">Number of its first row in the file, from 0.</param>
    /// <param name="part">Index of the part.</param>
    public delegate void PartProcessor(CsvBlock block, int firstRow, int part);

    /// <summary>Bytes that two blocks take, of which a row may have more than a block should.</summary>
    public static long MemoryOf(long csvLength) => Math.Min(4L * (CsvBlock.MaxTextBytes + CsvFormat.MaxRowBytes), 8 * csvLength);

    /// <param name="rows">The CSV.</param>
    /// <param name="maxRows">Rows to read; fewer if the CSV has fewer.</param>
    /// <param name="parts">Number of parts that a block is processed in, at the same time. Each part gets all blocks in order.</param>
    /// <param name="process">Processes a part of a block.</param>
    /// <param name="onBlock">Called after each block with the number of rows so far.</param>
    /// <returns>The number of rows.</returns>
    /// <exception cref="Training.RefusedException">The rows are malformed; or thrown by <paramref name="process"/>.</exception>
    public static int Process(CsvRows rows, int maxRows, int parts, PartProcessor process, Action<int>? onBlock = null)
    {
        var (current, next, count) = (new CsvBlock(), new CsvBlock(), 0);
        current.Fill(rows);
        while (current.Rows > 0 && count < maxRows)
        {
            try
            {
                Parallel.For(-1, parts, part =>
                {
                    if (part < 0)
                    {
                        next.Fill(rows);
                    }
                    else
                    {
                        process(current, count, part);
                    }
                });
            }
            catch (AggregateException failures)
            {
                ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
            }

            count += current.Rows;
            onBlock?.Invoke(count);
            (current, next) = (next, current);
        }

        return count;
    }
}
