using System.Text;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Velodrome.Api.Datasets.Formats;
using Velodrome.Api.Problems;
using Velodrome.Data.Datasets;
using Velodrome.Training;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Api.Datasets;

/// <summary>A file that was received and not looked at yet.</summary>
/// <param name="Name">A valid name; empty if none was needed.</param>
/// <param name="Content">A temporary file.</param>
/// <param name="Hint">What the sender says about its format.</param>
/// <param name="Sheet">What to read of a workbook.</param>
/// <param name="Options">What the caller has set.</param>
/// <param name="Charset">The encoding of a CSV that the request declares; null for none.</param>
internal sealed record ReceivedFile(
    string Name, SpoolFile Content, FileHint Hint, SheetOptions Sheet, ReadingOptions Options, string? Charset = null);

/// <summary>A dataset as it was received.</summary>
/// <param name="Name">A valid name; empty if none was needed.</param>
/// <param name="Table">The table, which the receiver disposes.</param>
/// <param name="Settings">What is known of how it is to be read.</param>
internal sealed record ReceivedDataset(string Name, ReceivedTable Table, ReadingSettings Settings);

/// <summary>Receives a dataset in any of its forms as a temporary CSV file.</summary>
internal sealed class DatasetUpload(Spool spool, TableConverter converter, ReadingOptionsReader optionsReader)
{
    public const string Csv = "text/csv";
    public const string Form = "multipart/form-data";
    public const string Json = "application/json";

    /// <summary>The longest boundary that RFC 2046, 5.1.1 allows.</summary>
    private const int MaxBoundaryLength = 70;

    private readonly long _limit = spool.MaxUploadBytes;

    /// <param name="request">Its body is the dataset, in any form.</param>
    /// <param name="name">The dataset's name in the query.</param>
    /// <param name="options">The options in the query, as JSON.</param>
    /// <param name="sheet">What to read of a workbook.</param>
    /// <param name="needsName">Whether the name is checked before the body is read.</param>
    /// <param name="cancellationToken">Stops receiving.</param>
    /// <param name="takesName">Whether a form may contain a name.</param>
    /// <returns>The dataset, whose table the caller disposes.</returns>
    public async Task<ReceivedDataset> Receive(
        HttpRequest request, string? name, string? options, SheetOptions sheet, bool needsName, CancellationToken cancellationToken,
        bool takesName = true) =>
        await Convert(
            await ReceiveFile(request, name, options, sheet, needsName, cancellationToken, takesName), cancellationToken);

    /// <summary>Receives the body, and checks what can be checked without looking into the file.</summary>
    /// <returns>The file, which the caller disposes or converts.</returns>
    /// <inheritdoc cref="Receive"/>
    public async Task<ReceivedFile> ReceiveFile(
        HttpRequest request, string? name, string? options, SheetOptions sheet, bool needsName, CancellationToken cancellationToken,
        bool takesName = true)
    {
        var body = Open(request);
        var mediaType = MediaTypeOf(request);
        var fileName = FileNameOf(request);
        var parsed = optionsReader.Read(options);
        var file = spool.Create();
        try
        {
            if (mediaType == Form)
            {
                var form = await ReceiveForm(request, body, file, takesName, cancellationToken);
                (fileName, parsed) = (form.FileName, OneOf(options, parsed, form.Options));
                name = OneOf(name, form.Name) ?? WithoutExtensions(fileName);
            }
            else if (mediaType == Json || TableFormats.FileTypes.Contains(mediaType))
            {
                CheckName(needsName, name ??= WithoutExtensions(fileName));
                await body.CopyToAsync(file, cancellationToken);
            }
            else
            {
                throw new RefusedException("unsupportedMediaType", "Content-Type",
                    $"The Content-Type of a dataset is {Form} for a form, {Json} for rows, or one of " +
                    $"{string.Join(", ", TableFormats.FileTypes)}.");
            }

            CheckName(needsName, name);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }

        var charset = mediaType == Form ? null : CharsetOf(request);
        return new(needsName ? name! : "", file, new(mediaType, fileName), sheet, parsed, charset);
    }

    /// <summary>Converts a file that was received to CSV.</summary>
    /// <param name="file">Disposed if it is not returned.</param>
    /// <param name="cancellationToken">Checked at each row.</param>
    /// <returns>The dataset, whose table the caller disposes.</returns>
    /// <exception cref="RefusedException">The file is not a table of a known format, or an option does not apply to its format.</exception>
    public async Task<ReceivedDataset> Convert(ReceivedFile file, CancellationToken cancellationToken)
    {
        var table = await converter.ToCsv(file.Content, file.Hint, file.Sheet, cancellationToken);
        try
        {
            var charset = table.Format == TableFormat.Csv ? file.Charset : null;
            return new(file.Name, table, table.SettingsWith(file.Options with { Encoding = file.Options.Encoding ?? charset }));
        }
        catch
        {
            await table.DisposeAsync();
            throw;
        }
    }

    /// <summary>Receives a table that is the body.</summary>
    /// <returns>The table for the caller to dispose.</returns>
    public async Task<ReceivedTable> ReceiveTable(HttpRequest request, SheetOptions sheet, CancellationToken cancellationToken)
    {
        var body = Open(request);
        var file = spool.Create();
        try
        {
            await body.CopyToAsync(file, cancellationToken);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }

        return await converter.ToCsv(file, new(MediaTypeOf(request), FileNameOf(request)), sheet, cancellationToken);
    }

    /// <summary>The name of a file without its extension, and without that of its compression.</summary>
    public static string? WithoutExtensions(string? fileName)
    {
        var name = Path.GetFileNameWithoutExtension(fileName);
        return fileName?.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) == true ? Path.GetFileNameWithoutExtension(name) : name;
    }

    private static void CheckName(bool isNeeded, string? name)
    {
        if (isNeeded)
        {
            DatasetName.Check(name);
        }
    }

    /// <summary>The name in <c>Content-Disposition</c>, which clients send with a file as the body.</summary>
    private static string? FileNameOf(HttpRequest request) =>
        ContentDispositionHeaderValue.TryParse(request.Headers.ContentDisposition.ToString(), out var disposition)
            ? NameIn(disposition) : null;

    private static string? NameIn(ContentDispositionHeaderValue disposition)
    {
        var name = disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName);
        return name.Value is { } path ? Path.GetFileName(path.Replace('\\', '/')) : null;
    }

    private ReadingOptions OneOf(string? query, ReadingOptions parsed, string? form) =>
        form is null ? parsed
        : query is null ? optionsReader.Read(form)
        : throw new RefusedException("duplicateField", "options", "The options are in the query and in the form. Send them once.");

    private static string? OneOf(string? query, string? form) => query is null || form is null ? query ?? form
        : throw new RefusedException("duplicateField", "name", "The name is in the query and in the form. Send it once.");

    private LimitedBody Open(HttpRequest request)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server)
        {
            server.MaxRequestBodySize = null; // LimitedBody refuses with the same message on every server
        }

        if (request.Body is CompressedBody compressed)
        {
            compressed.Limit = long.MaxValue; // LimitedBody counts what comes out
        }

        if (request.ContentLength > _limit)
        {
            throw TooLarge();
        }

        spool.CheckRoom(request.ContentLength ?? 0);
        return new(request.Body, _limit, TooLarge);
    }

    /// <summary>Reads the parts file, name and options, each at most once. Anything else is refused before its content is read.</summary>
    private static async Task<(string? Name, string FileName, string? Options)> ReceiveForm(
        HttpRequest request, LimitedBody body, SpoolFile file, bool takesName, CancellationToken cancellationToken)
    {
        var boundary = request.GetMultipartBoundary();
        if (boundary.Length is 0 or > MaxBoundaryLength)
        {
            throw Malformed($"its Content-Type needs a boundary of 1 to {MaxBoundaryLength} characters");
        }

        string? fileName = null;
        string? nameInForm = null;
        string? optionsInForm = null;
        try
        {
            var parts = new MultipartReader(boundary, body);
            while (await NextPart(parts, body, cancellationToken) is { } part)
            {
                var disposition = part.GetContentDispositionHeader();
                switch (HeaderUtilities.RemoveQuotes(disposition?.Name ?? "").Value)
                {
                    case "name" when !takesName:
                        throw new RefusedException(
                            "notApplicable", "name", "The URL names the dataset. Leave the part name out of the form.");
                    case "name" when nameInForm is null:
                        nameInForm = await ReadName(part.Body, cancellationToken);
                        break;
                    case "file" when fileName is null:
                        fileName = NameIn(disposition!) ?? "";
                        await part.Body.CopyToAsync(file, cancellationToken);
                        break;
                    case "options" when optionsInForm is null:
                        optionsInForm = await ReadOptions(part.Body, cancellationToken);
                        break;
                    case ("name" or "file" or "options") and var field:
                        throw new RefusedException("duplicateField", field, $"The form has two parts named {field}. Send one.");
                    case var other:
                        throw new RefusedException("unknownField", other,
                            $"The form has an unknown part \"{other}\". Send only file, name and options.");
                }
            }
        }
        catch (InvalidDataException malformed)
        {
            throw Malformed(malformed.Message);
        }
        catch (IOException malformed) when (malformed.Message.StartsWith("Unexpected end of Stream", StringComparison.Ordinal))
        {
            throw Malformed(malformed.Message);
        }

        return fileName is null
            ? throw new RefusedException("missingField", "file",
                "The form has no file. Send the table in a part named file; with curl, that is -F file=@table.csv.")
            : (nameInForm, fileName, optionsInForm);
    }

    private static async Task<MultipartSection?> NextPart(MultipartReader parts, LimitedBody body, CancellationToken cancellationToken)
    {
        body.BeginHeaders();
        var part = await parts.ReadNextSectionAsync(cancellationToken);
        body.EndHeaders();
        return part;
    }

    /// <summary>Reads at most one byte more than the longest name, so that a longer one is refused without being read whole.</summary>
    private static async Task<string> ReadName(Stream part, CancellationToken cancellationToken)
    {
        var bytes = new byte[Dataset.MaxNameLength * 4 + 1]; // UTF-8 has up to four bytes per character
        var length = await part.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return DatasetName.Check(Encoding.UTF8.GetString(bytes, 0, length));
    }

    private static async Task<string> ReadOptions(Stream part, CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        var block = new byte[1 << 14];
        for (int length; (length = await part.ReadAsync(block, cancellationToken)) > 0;)
        {
            text.Write(block, 0, length);
            if (text.Length > ReadingOptionsReader.MaxBytes)
            {
                throw new RefusedException("wrongLength", "options",
                    $"The options are longer than {ReadingOptionsReader.MaxBytes >> 20} MiB. Send options for fewer columns.");
            }
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    private static string? MediaTypeOf(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) ? type.MediaType.Value?.ToLowerInvariant() : null;

    /// <summary>A charset other than UTF-8; null for none. Clients say UTF-8 whatever the file is, so that it is looked at.</summary>
    private static string? CharsetOf(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.Charset is { Length: > 0 } charset
            ? HeaderUtilities.RemoveQuotes(charset).Value : null;

    private static RefusedException Malformed(string reason) =>
        new("malformedForm", null, $"The body is not valid multipart/form-data: {reason.TrimEnd('.')}.");

    private RefusedException TooLarge() => new("bodyTooLarge", null,
        $"The body is larger than {_limit >> 20} MiB. Send fewer rows, or start the service with a larger MaxUploadMegabytes.");
}
