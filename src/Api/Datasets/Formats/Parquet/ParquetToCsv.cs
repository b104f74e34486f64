using Parquet;
using Parquet.Schema;
using Velodrome.Api.Memory;
using Velodrome.Training;

namespace Velodrome.Api.Datasets.Formats.Parquet;

/// <summary>Converts a Parquet file to CSV, one row group at a time.</summary>
internal static class ParquetToCsv
{
    private static readonly ParquetOptions Options = new()
    {
        TreatBigIntegersAsDates = true,
        UseDateOnlyTypeForDates = true,
        UseBigDecimal = true,
    };

    /// <param name="file">Seekable.</param>
    /// <param name="csv">Receives the rows.</param>
    /// <param name="maxGroupBytes">Memory that a row group may take.</param>
    /// <param name="reserved">Reserves it.</param>
    /// <param name="cancellationToken">Checked at each row.</param>
    /// <exception cref="RefusedException">With the column or row group that is not read.</exception>
    public static async Task Convert(
        Stream file, ConvertedCsv csv, long maxGroupBytes, GrowingReservation reserved, CancellationToken cancellationToken)
    {
        ParquetFooter.Check(file);
        file.Position = 0;
        await using var reader = await ParquetReader.CreateAsync(file, Options, leaveStreamOpen: true, cancellationToken);
        var fields = reader.Schema.DataFields;
        csv.WriteHeader([.. fields.Select(field => field.Name)]);
        foreach (var field in fields)
        {
            ParquetColumn.RefuseUnsupported(field);
        }

        for (var group = 0; group < reader.RowGroupCount; group++)
        {
            using var rows = reader.OpenRowGroupReader(group);
            var chunks = fields.Select(field => ParquetChunk.Of(rows.GetMetadata(field), field, rows.RowCount, file.Length)).ToList();
            reserved.EnsureAtLeast(ParquetPages.Measure(file, chunks, group + 1, maxGroupBytes, cancellationToken));
            foreach (var chunk in chunks)
            {
                ParquetPages.CheckContents(file, chunk, cancellationToken);
            }

            await Convert(rows, fields, csv, cancellationToken);
        }
    }

    private static async Task Convert(
        ParquetRowGroupReader group, DataField[] fields, ConvertedCsv csv, CancellationToken cancellationToken)
    {
        var columns = new ParquetColumn[fields.Length];
        for (var column = 0; column < fields.Length; column++)
        {
            columns[column] = await ParquetColumn.Read(group, fields[column], cancellationToken);
        }

        for (var row = 0L; row < group.RowCount; row++)
        {
            foreach (var column in columns)
            {
                column.WriteNext(csv);
            }

            csv.EndRow();
        }
    }
}
