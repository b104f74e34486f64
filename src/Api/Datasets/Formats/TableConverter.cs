using System.Xml;
using Microsoft.Extensions.Options;
using Velodrome.Api.Datasets.Formats.Archives;
using Velodrome.Api.Datasets.Formats.Arrow;
using Velodrome.Api.Datasets.Formats.Excel;
using Velodrome.Api.Datasets.Formats.Parquet;
using Velodrome.Api.Memory;
using Velodrome.Api.Problems;
using Velodrome.Api.Settings;
using Velodrome.Data.Datasets;
using Velodrome.Training;
using Velodrome.Training.Tables;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Api.Datasets.Formats;

/// <summary>
/// Converts a table of any format to CSV, for uploads, imports and predictions. Binary formats are recognised by their content. The file's
/// media type and name decide only between texts.
/// </summary>
internal sealed class TableConverter(Spool spool, MemoryBudget memory, IOptions<VelodromeSettings> settings)
{
    private const int GenericIoError = unchecked((int)0x80131620); // COR_E_IO: thrown by a program, not by the operating system

    private readonly long _maxBytes = spool.MaxUploadBytes;
    private readonly long _maxGroupBytes = settings.Value.EffectiveMaxMemoryBytes / 8;

    /// <param name="file">A temporary file; disposed unless it is returned.</param>
    /// <param name="hint">What the sender says about its format.</param>
    /// <param name="options">Which cells of a workbook to read.</param>
    /// <param name="cancellationToken">Checked at each row.</param>
    /// <exception cref="RefusedException">The file is not a table of a known format.</exception>
    public async Task<ReceivedTable> ToCsv(SpoolFile file, FileHint hint, SheetOptions options, CancellationToken cancellationToken)
    {
        List<DatasetWarning> notes = [];
        try
        {
            var signature = FileSignatures.Find(file);
            if (signature is FileSignature.Gzip or FileSignature.Zip
                && await TryExtract(file, signature, hint, cancellationToken) is { } inner)
            {
                await file.DisposeAsync();
                (file, hint) = inner;
                signature = FileSignatures.Find(file);
            }

            var format = FormatOf(file, signature, hint, notes);
            if (format != TableFormat.Xlsx && (options.Sheet ?? options.Range) is not null)
            {
                throw new RefusedException("notApplicable", options.Sheet is null ? "range" : "sheet",
                    $"The file is {TableFormats.Of(format).Name}, and only an Excel workbook has sheets and ranges. Leave it out.");
            }

            if (format == TableFormat.Csv)
            {
                return new(file, format, notes, new Dictionary<string, ColumnOptions>(), new HashSet<string>());
            }

            var table = await Convert(file, format, signature, options, notes, cancellationToken);
            await file.DisposeAsync();
            return table;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>Extracts a file that is compressed. A workbook is a zip archive too, and is not extracted.</summary>
    /// <returns>Null for a workbook.</returns>
    private async Task<(SpoolFile File, FileHint Hint)?> TryExtract(
        SpoolFile file, FileSignature signature, FileHint hint, CancellationToken cancellationToken)
    {
        var extracted = spool.Create();
        try
        {
            string? name = null;
            await Guard(signature == FileSignature.Gzip ? "gzip" : "zip", async () =>
            {
                if (signature == FileSignature.Gzip)
                {
                    await CompressedFile.ExtractGzip(file, extracted, _maxBytes, cancellationToken);
                    return;
                }

                using var zip = ZipDirectory.Open(file);
                OtherSpreadsheets.Refuse(zip);
                name = Workbook.IsWorkbook(zip) ? null
                    : await CompressedFile.ExtractZip(zip, extracted, _maxBytes, cancellationToken);
            });
            if (signature == FileSignature.Zip && name is null)
            {
                await extracted.DisposeAsync();
                return null;
            }

            return (extracted, hint.Inside(name));
        }
        catch
        {
            await extracted.DisposeAsync();
            throw;
        }
    }

    private static TableFormat FormatOf(SpoolFile file, FileSignature signature, FileHint hint, List<DatasetWarning> notes)
    {
        TableFormat? found = signature switch
        {
            FileSignature.Parquet => TableFormat.Parquet,
            FileSignature.Arrow or FileSignature.ArrowStream => TableFormat.Arrow,
            FileSignature.Zip => TableFormat.Xlsx,
            FileSignature.Gzip => throw new RefusedException("malformedFile", null, "The file is compressed twice. Compress it once."),
            _ => null,
        };
        if (found is null)
        {
            return hint.Format switch
            {
                null => GuessText(file),
                TableFormat.Csv or TableFormat.Json or TableFormat.Ndjson => hint.Format.Value,
                var named when file.Length == 0 => throw new RefusedException("emptyBody", null,
                    $"The file is empty. Send a file of the format {TableFormats.Of(named.Value).Name}."),
                var named => throw Malformed(TableFormats.Of(named.Value).Name,
                    $"its content does not begin like one. {hint.Source} says that it is one"),
            };
        }

        if (hint.Format is { } other && other != found)
        {
            notes.Add(new("otherFormat", null,
                $"The file is read as {TableFormats.Of(found.Value).Name}, because its content begins like that. {hint.Source} says " +
                $"{TableFormats.Of(other).Name}."));
        }

        return found.Value;
    }

    /// <summary>The format of a text about which the sender says nothing: JSON or NDJSON if it begins like one, else CSV.</summary>
    private static TableFormat GuessText(SpoolFile file)
    {
        Span<byte> start = stackalloc byte[256];
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        file.Position = 0;
        return (start.StartsWith(JsonText.Mark) ? start[JsonText.Mark.Length..] : start).TrimStart(" \t\r\n"u8) switch
        {
            [(byte)'[', ..] => TableFormat.Json,
            [(byte)'{', .. var rest] when rest.TrimStart(" \t\r\n"u8).StartsWith("\"rows\""u8) => TableFormat.Json,
            [(byte)'{', ..] => TableFormat.Ndjson,
            _ => TableFormat.Csv,
        };
    }

    private async Task<ReceivedTable> Convert(
        SpoolFile file, TableFormat format, FileSignature signature, SheetOptions options, List<DatasetWarning> notes,
        CancellationToken cancellationToken)
    {
        var output = spool.Create();
        var kinds = new Dictionary<string, ColumnOptions>();
        HashSet<string> booleans = [];
        using var reserved = new GrowingReservation(memory);
        try
        {
            await Guard(TableFormats.Of(format).Name, () => Task.Run(async () =>
            {
                if (format is TableFormat.Json or TableFormat.Ndjson)
                {
                    var (types, lost) = JsonRowsToCsv.Convert(file, format == TableFormat.Ndjson, output, _maxBytes, cancellationToken);
                    notes.AddRange(lost);
                    kinds = types.Where(column => column.Value.HasNumber)
                        .ToDictionary(column => column.Key, column => new ColumnOptions { Numbers = column.Value.Numbers });
                    booleans = [.. types.Where(column => column.Value is { HasBoolean: true, HasNumber: false, HasText: false })
                        .Select(column => column.Key)];
                    return;
                }

                using var csv = new ConvertedCsv(output, _maxBytes, cancellationToken);
                if (format == TableFormat.Parquet)
                {
                    await ParquetToCsv.Convert(file, csv, _maxGroupBytes, reserved, cancellationToken);
                }
                else if (format == TableFormat.Arrow)
                {
                    ArrowToCsv.Convert(file, signature == FileSignature.Arrow, csv, _maxGroupBytes, reserved, cancellationToken);
                }
                else
                {
                    using var zip = ZipDirectory.Open(file);
                    XlsxToCsv.Convert(zip, options, csv, _maxBytes, reserved);
                }

                csv.Finish();
                notes.AddRange(csv.Notes);
                kinds = csv.Kinds();
                booleans = [.. kinds.Where(column => column.Value.Kind == ColumnKind.Boolean).Select(column => column.Key)];
            }, cancellationToken));
            return new(output, format, notes, kinds, booleans);
        }
        catch
        {
            await output.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Refuses a file that a library cannot read. Libraries throw all kinds of exceptions on damaged files; whatever is neither a refusal
    /// nor a failure of the operating system is the file's fault.
    /// </summary>
    private static async Task Guard(string format, Func<Task> read)
    {
        try
        {
            await read();
        }
        catch (Exception failure) when (IsFaultOfFile(failure.GetBaseException()))
        {
            throw failure.GetBaseException() as RefusedException ?? Malformed(format, Reason(failure.GetBaseException()));
        }
    }

    private static bool IsFaultOfFile(Exception failure) => failure switch
    {
        OperationCanceledException => false,
        EndOfStreamException => true,
        IOException { HResult: not GenericIoError } => false, // such as a full disk
        _ => true,
    };

    private static string Reason(Exception failure) =>
        failure is EndOfStreamException ? "it ends too early"
        : failure is XmlException ? "the workbook's XML is damaged"
        : failure.Message is { Length: > 0 and <= 160 } message && message.All(character => character is >= ' ' and <= '~')
            ? message.TrimEnd('.')
        : failure.GetType().Name;

    private static RefusedException Malformed(string format, string reason) => new("malformedFile", null,
        $"The file can't be read as {format}: {reason}. Save it again in the program that made it, or save the table as CSV and send " +
        "that.");
}
