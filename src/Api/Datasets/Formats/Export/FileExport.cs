using Velodrome.Api.Datasets.Csv;
using Velodrome.Api.Memory;
using Velodrome.Training.Tables;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Api.Datasets.Formats.Export;

/// <summary>
/// Responds with a table as a file. It is written to a temporary file first, because a response that has begun can't become an error.
/// </summary>
internal sealed class FileExport(Spool spool, MemoryBudget memory)
{
    /// <summary>Answers with a CSV in another format.</summary>
    /// <param name="csv">The CSV, seekable. Disposed when it is sent or converted.</param>
    /// <param name="settings">What is known of how it is to be read.</param>
    /// <param name="format">The format of the answer.</param>
    /// <param name="name">The file's name without extension.</param>
    /// <param name="cancellationToken">Checked at each row.</param>
    public async Task<IResult> Answer(
        SpoolFile csv, ReadingSettings settings, TableFormat format, string name, CancellationToken cancellationToken)
    {
        csv.Position = 0;
        if (format == TableFormat.Csv)
        {
            return TypedResults.Stream(csv, "text/csv; charset=utf-8");
        }

        await using (csv)
        {
            var understood = await UnderstoodFile.Read(csv, settings, memory, profileBytes: 0, cancellationToken);
            csv.Position = 0;
            return await Answer(csv, csv.Length, WithoutQuestions(understood.Scan), format, name, cancellationToken);
        }
    }

    /// <summary>Answers with a table in a format.</summary>
    /// <param name="csv">At its start.</param>
    /// <param name="length">Its length.</param>
    /// <param name="reading">How it is understood.</param>
    /// <param name="format">The format of the answer.</param>
    /// <param name="name">The file's name without extension.</param>
    /// <param name="cancellationToken">Checked at each row.</param>
    public async Task<IResult> Answer(
        Stream csv, long length, TableReading reading, TableFormat format, string name, CancellationToken cancellationToken)
    {
        var names = TableFormats.Of(format);
        using var reserved = await memory.ReserveForRequest(
            format is TableFormat.Parquet or TableFormat.Arrow ? ColumnValues.MemoryOf(length) : 0, cancellationToken);
        var file = spool.Create();
        try
        {
            await Task.Run(async () =>
            {
                using var rows = new TypedRows(csv, reading, cancellationToken);
                await Write(rows, file, format, cancellationToken);
            }, cancellationToken);
            file.Position = 0;
            return TypedResults.Stream(file, names.MediaTypes[0], name + names.Extensions[0]);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>The reading of a table in which columns with an open question are texts.</summary>
    private static TableReading WithoutQuestions(CsvScan scan) => scan.Reading with
    {
        Columns =
        [
            .. scan.Columns.Where(column => column.Reading is not null).Select(column =>
                column.Question is null ? column.Reading! : new ColumnReading(column.Name, column.Field, ColumnKind.Category)),
        ],
    };

    private static async Task Write(TypedRows rows, Stream file, TableFormat format, CancellationToken cancellationToken)
    {
        switch (format)
        {
            case TableFormat.Parquet:
                await ParquetTable.Write(rows, file, cancellationToken);
                break;
            case TableFormat.Arrow:
                ArrowTable.Write(rows, file, cancellationToken);
                break;
            case TableFormat.Xlsx:
                XlsxTable.Write(rows, file, cancellationToken);
                break;
            default:
                JsonTable.Write(rows, file, isNdjson: format == TableFormat.Ndjson, cancellationToken);
                break;
        }
    }
}
