using System.Text;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Velodrome.Api.Settings;
using Velodrome.Data.Datasets;
using Velodrome.Training;

namespace Velodrome.Api.Datasets;

/// <summary>Receives a dataset in any of its three forms as a temporary CSV file.</summary>
internal sealed class DatasetUpload(Spool spool, IOptions<VelodromeSettings> settings)
{
    public const string Csv = "text/csv";
    public const string Form = "multipart/form-data";
    public const string Json = "application/json";

    /// <summary>RFC 2046, 5.1.1.</summary>
    private const int MaxBoundaryLength = 70;

    private readonly long _limit = (long)settings.Value.MaxUploadMegabytes << 20;

    /// <returns>The dataset's valid name, and the CSV for the caller to dispose.</returns>
    public async Task<(string Name, FileStream Csv)> Receive(HttpRequest request, string? name, CancellationToken cancellationToken)
    {
        var body = Open(request);
        var file = spool.Create();
        try
        {
            switch (MediaTypeOf(request))
            {
                case Form:
                    name = await ReceiveForm(request, body, name, file, cancellationToken);
                    break;
                case Json:
                    DatasetName.Check(name);
                    using (var json = spool.Create())
                    {
                        await body.CopyToAsync(json, cancellationToken);
                        JsonRowsToCsv.Convert(json, file, _limit, cancellationToken);
                    }

                    break;
                case Csv:
                    DatasetName.Check(name);
                    await body.CopyToAsync(file, cancellationToken);
                    break;
                default:
                    throw new RefusedException("unsupportedMediaType", null,
                        $"The Content-Type of a dataset is {Csv}, {Form} or {Json}.");
            }

            return (DatasetName.Check(name), file);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>Receives a CSV body without looking at its Content-Type.</summary>
    /// <returns>The CSV for the caller to dispose.</returns>
    public async Task<FileStream> ReceiveCsv(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = Open(request);
        var file = spool.Create();
        try
        {
            await body.CopyToAsync(file, cancellationToken);
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    private LimitedBody Open(HttpRequest request)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server)
        {
            server.MaxRequestBodySize = null; // LimitedBody refuses with the same message on every server
        }

        return request.ContentLength > _limit ? throw TooLarge() : new LimitedBody(request.Body, _limit, TooLarge);
    }

    /// <summary>Reads the parts file and name, each at most once. Anything else is refused before its content is read.</summary>
    private static async Task<string?> ReceiveForm(
        HttpRequest request, LimitedBody body, string? name, FileStream file, CancellationToken cancellationToken)
    {
        var boundary = request.GetMultipartBoundary();
        if (boundary.Length is 0 or > MaxBoundaryLength)
        {
            throw Malformed($"its Content-Type needs a boundary of 1 to {MaxBoundaryLength} characters");
        }

        string? fileName = null;
        string? nameInForm = null;
        try
        {
            var parts = new MultipartReader(boundary, body);
            while (await NextPart(parts, body, cancellationToken) is { } part)
            {
                var disposition = part.GetContentDispositionHeader();
                switch (HeaderUtilities.RemoveQuotes(disposition?.Name ?? "").Value)
                {
                    case "name" when nameInForm is null:
                        nameInForm = await ReadName(part.Body, cancellationToken);
                        break;
                    case "file" when fileName is null:
                        fileName = HeaderUtilities.RemoveQuotes(disposition!.FileName).Value ?? "";
                        await part.Body.CopyToAsync(file, cancellationToken);
                        break;
                    case ("name" or "file") and var field:
                        throw new RefusedException("duplicateField", field, $"The form has two parts named {field}. Send one.");
                    case var other:
                        throw new RefusedException("unknownField", other,
                            $"The form has an unknown part \"{other}\". Send only file and name.");
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
                "The form has no file. Send the CSV in a part named file; with curl, that is -F file=@table.csv.")
            : nameInForm ?? name ?? Path.GetFileNameWithoutExtension(fileName);
    }

    private static async Task<MultipartSection?> NextPart(MultipartReader parts, LimitedBody body, CancellationToken cancellationToken)
    {
        body.BeginHeaders();
        var part = await parts.ReadNextSectionAsync(cancellationToken);
        body.EndHeaders();
        return part;
    }

    /// <summary>Reads one byte more than the longest name has, so that a longer one is noticed and not read.</summary>
    private static async Task<string> ReadName(Stream part, CancellationToken cancellationToken)
    {
        var bytes = new byte[Dataset.MaxNameLength + 1];
        var length = await part.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return DatasetName.Check(Encoding.UTF8.GetString(bytes, 0, length));
    }

    private static string? MediaTypeOf(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) ? type.MediaType.Value?.ToLowerInvariant() : null;

    private static RefusedException Malformed(string reason) =>
        new("malformedForm", null, $"The body is not valid multipart/form-data: {reason.TrimEnd('.')}.");

    private RefusedException TooLarge() => new("bodyTooLarge", null,
        $"The body is larger than {_limit >> 20} MiB. Send fewer rows, or start the service with a larger MaxUploadMegabytes.");
}
