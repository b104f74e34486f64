using System.Buffers.Binary;
using System.Runtime.ExceptionServices;
using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;
using Velodrome.Api.Memory;
using Velodrome.Training;

namespace Velodrome.Api.Datasets.Formats.Arrow;

/// <summary>
/// Converts Arrow's IPC format to CSV, one record batch at a time. A file contains a stream between its signature and its footer, so both
/// are read as a stream.
/// </summary>
internal static class ArrowToCsv
{
    /// <summary>Schemas are nested, and the library reads them recursively. The stack is large enough for the longest one.</summary>
    private const int MaxSchemaBytes = 4 << 20;

    private const int StackBytes = 256 << 20;
    private const int FileSignatureLength = 8;

    /// <param name="file">Seekable.</param>
    /// <param name="isFile">Whether it is a file, and not a stream.</param>
    /// <param name="csv">Receives the rows.</param>
    /// <param name="maxBatchBytes">Memory that a record batch may take.</param>
    /// <param name="reserved">Reserves it.</param>
    /// <param name="cancellationToken">Checked at each batch and row.</param>
    /// <exception cref="RefusedException">With the column that is not read.</exception>
    public static void Convert(
        Stream file, bool isFile, ConvertedCsv csv, long maxBatchBytes, GrowingReservation reserved, CancellationToken cancellationToken)
    {
        file.Position = isFile ? FileSignatureLength : 0;
        CheckSchemaLength(file);
        Exception? failure = null;
        var thread = new Thread(Read, StackBytes) { IsBackground = true, Name = "Arrow" };
        thread.Start();
        thread.Join();
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        void Read()
        {
            try
            {
                ReadBatches(file, csv, new LimitedAllocator(maxBatchBytes, reserved), cancellationToken);
            }
            catch (Exception thrown)
            {
                failure = thrown;
            }
        }
    }

    private static void ReadBatches(Stream file, ConvertedCsv csv, LimitedAllocator memory, CancellationToken cancellationToken)
    {
        using var reader = new ArrowStreamReader(file, memory, new CompressionCodecFactory(), leaveOpen: true);
        var batch = reader.ReadNextRecordBatch();
        csv.WriteHeader([.. reader.Schema.FieldsList.Select(field => field.Name)]);
        foreach (var field in reader.Schema.FieldsList)
        {
            ArrowColumn.RefuseUnsupported(field);
        }

        for (; batch is not null; batch = reader.ReadNextRecordBatch())
        {
            cancellationToken.ThrowIfCancellationRequested();
            using (batch)
            {
                Write(batch, reader.Schema, csv);
            }
        }
    }

    private static void Write(RecordBatch batch, Schema schema, ConvertedCsv csv)
    {
        var columns = new ArrowColumn[batch.ColumnCount];
        for (var column = 0; column < columns.Length; column++)
        {
            columns[column] = ArrowColumn.Open(batch.Column(column), schema.GetFieldByIndex(column));
            if (batch.Column(column).Length != batch.Length)
            {
                throw new InvalidDataException("a column has another length than its batch");
            }
        }

        for (var row = 0; row < batch.Length; row++)
        {
            foreach (var column in columns)
            {
                column.Write(row, csv);
            }

            csv.EndRow();
        }
    }

    private static void CheckSchemaLength(Stream file)
    {
        var start = file.Position;
        Span<byte> prefix = stackalloc byte[8];
        file.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadInt32LittleEndian(prefix) == -1
            ? BinaryPrimitives.ReadInt32LittleEndian(prefix[4..])
            : BinaryPrimitives.ReadInt32LittleEndian(prefix); // before Arrow 0.15
        if (length is <= 0 or > MaxSchemaBytes)
        {
            throw new InvalidDataException($"its schema has {length} bytes; at most {MaxSchemaBytes} are read");
        }

        file.Position = start;
    }
}
