using Velodrome.Training;

namespace Velodrome.Api.Datasets.Formats.Parquet;

/// <summary>
/// Checks the pages of a row group before the library reads them. The library trusts their headers. It allocates the sizes in them. If a
/// page is shorter than its header says, it reads other data that a pooled buffer still contains. If a page's encoding does not fit the
/// type of its column, it writes beyond a buffer.
/// </summary>
internal static class ParquetPages
{
    /// <summary>Memory for a value and its level, when a row group is decoded.</summary>
    private const int BytesPerCell = 24;

    private const int MaxHeaderBytes = 1 << 20;

    /// <param name="file">Seekable.</param>
    /// <param name="chunks">The columns of the row group.</param>
    /// <param name="number">The row group's number, from 1.</param>
    /// <param name="maxBytes">Memory that it may take.</param>
    /// <param name="cancellationToken">Checked at each column.</param>
    /// <returns>Memory that it will take.</returns>
    /// <exception cref="RefusedException"><c>rowGroupTooLarge</c>.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static long Measure(
        Stream file, IReadOnlyList<ParquetChunk> chunks, int number, long maxBytes, CancellationToken cancellationToken)
    {
        var rows = chunks.Count == 0 ? 0 : chunks[0].Values;
        var (bytes, largestPage) = (rows * chunks.Count * BytesPerCell, 0L);
        RefuseTooLarge();
        foreach (var chunk in chunks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var (_, page) in Walk(file, chunk))
            {
                bytes += page.Uncompressed + (page.IsDictionary ? page.Values * BytesPerCell : 0);
                largestPage = Math.Max(largestPage, page.Compressed + page.Uncompressed); // both are in memory while it is checked
                RefuseTooLarge();
            }
        }

        return bytes + largestPage;

        void RefuseTooLarge()
        {
            if (bytes + largestPage > maxBytes)
            {
                throw new RefusedException("rowGroupTooLarge", null,
                    $"Row group {number} has {rows} rows of {chunks.Count} columns and would take {bytes >> 20} MiB of memory; at most " +
                    $"{maxBytes >> 20} MiB are allowed. Write the file with smaller row groups, such as row_group_size=100000 in " +
                    "pandas' to_parquet.");
            }
        }
    }

    /// <summary>Checks that the content of every page is as long as its header says and holds what the library will read of it.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static void CheckContents(Stream file, ParquetChunk chunk, CancellationToken cancellationToken)
    {
        foreach (var (start, page) in Walk(file, chunk))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (page.Encoding == PageHeader.RleEncoding && !chunk.IsBoolean)
            {
                throw new InvalidDataException("a page has an encoding that its column can't have");
            }

            file.Position = start;
            var stored = new byte[page.Compressed];
            file.ReadExactly(stored);
            var content = PageContent.Decompress(stored, page, chunk.Codec);
            if (page.IsDictionary && PageContent.CountValues(content, chunk.ValueBytes) < page.Values)
            {
                throw new InvalidDataException("a dictionary has fewer values than its header says");
            }
        }
    }

    private static IEnumerable<(long Start, PageHeader Page)> Walk(Stream file, ParquetChunk chunk)
    {
        var (position, values, buffer) = (chunk.Start, 0L, new byte[4 << 10]);
        while (values < chunk.Values)
        {
            var page = ReadHeader(file, position, chunk.End, ref buffer);
            var start = position + page.HeaderLength;
            if (!page.IsPossible || page.Compressed > chunk.End - start)
            {
                throw new InvalidDataException("the header of a page is damaged");
            }

            yield return (start, page);
            values += page.IsDictionary ? 0 : page.Values;
            position = start + page.Compressed;
        }

        if (values > chunk.Values)
        {
            throw new InvalidDataException("a column has more values than rows");
        }
    }

    private static PageHeader ReadHeader(Stream file, long position, long end, ref byte[] buffer)
    {
        while (true)
        {
            var length = (int)Math.Min(buffer.Length, end - position);
            file.Position = position;
            file.ReadExactly(buffer.AsSpan(0, length));
            try
            {
                return PageHeader.Read(buffer.AsSpan(0, length));
            }
            catch (InvalidDataException) when (length == buffer.Length && length < MaxHeaderBytes)
            {
                buffer = new byte[8 * buffer.Length]; // the statistics in it may be long
            }
        }
    }
}
