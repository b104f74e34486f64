using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Velodrome.Api.Settings;
using Velodrome.Training;

namespace Velodrome.Api.Datasets;

/// <summary>Takes a dataset from a request, in any of its three forms, into a temporary file of CSV.</summary>
internal sealed class DatasetUpload(Spool spool, IOptions<VelodromeSettings> settings)
{
    public const string Csv = "text/csv";
    public const string Form = "multipart/form-data";
    public const string Json = "application/json";

    private readonly long _limit = (long)settings.Value.MaxUploadMegabytes << 20;

    /// <returns>The name, and the CSV for the caller to dispose.</returns>
    public async Task<(string Name, FileStream Csv)> Receive(HttpRequest request, string? name, CancellationToken cancellationToken)
    {
        var file = Prepare(request);
        try
        {
            switch (MediaTypeOf(request))
            {
                case Form:
                    name = await ReceiveForm(request, name, file, cancellationToken);
                    break;
                case Json:
                    DatasetName.Check(name);
                    using (var json = spool.Create())
                    {
                        await Copy(request.Body, json, cancellationToken);
                        JsonRows.WriteCsv(json, file);
                    }

                    break;
                case Csv:
                    DatasetName.Check(name);
                    await Copy(request.Body, file, cancellationToken);
                    break;
                default:
                    throw new RefusedException("unsupportedMediaType", null, $"A dataset is {Csv}, {Form} or {Json}: say which in the Content-Type.");
            }

            return (DatasetName.Check(name), file);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes a body that is CSV.</summary>
    /// <returns>For the caller to dispose.</returns>
    public async Task<FileStream> ReceiveCsv(HttpRequest request, CancellationToken cancellationToken)
    {
        var file = Prepare(request);
        try
        {
            await Copy(request.Body, file, cancellationToken);
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <returns>An empty file for the body.</returns>
    private FileStream Prepare(HttpRequest request)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server)
        {
            server.MaxRequestBodySize = null; // the limit is ours, to be refused in the same words whatever the server
        }

        return request.ContentLength > _limit ? throw TooLarge() : spool.Create();
    }

    private async Task<string?> ReceiveForm(HttpRequest request, string? name, FileStream file, CancellationToken cancellationToken)
    {
        string? fileName = null;
        try
        {
            var parts = new MultipartReader(request.GetMultipartBoundary(), request.Body);
            while (await parts.ReadNextSectionAsync(cancellationToken) is { } part)
            {
                var about = part.GetContentDispositionHeader();
                switch (HeaderUtilities.RemoveQuotes(about?.Name ?? "").Value)
                {
                    case "name":
                        name = await part.ReadAsStringAsync(cancellationToken);
                        break;
                    case "file" when fileName is null:
                        fileName = HeaderUtilities.RemoveQuotes(about!.FileName).Value ?? "";
                        await Copy(part.Body, file, cancellationToken);
                        break;
                    case "file":
                        throw new RefusedException("duplicateField", "file", "The form has two files: send each in a request of its own.");
                    case var other:
                        throw new RefusedException("unknownField", other, $"\"{other}\" is no field of this form. It takes file and name.");
                }
            }
        }
        catch (Exception malformed) when (malformed is InvalidDataException || malformed.Message.StartsWith("Unexpected end of Stream", StringComparison.Ordinal))
        {
            throw new RefusedException("malformedForm", null, $"The body is no valid multipart/form-data: {malformed.Message}");
        }

        return fileName is null
            ? throw new RefusedException("missingField", "file", "The form has no file: send the CSV in a part named file, as curl does with -F file=@table.csv.")
            : name ?? Path.GetFileNameWithoutExtension(fileName);
    }

    private static string? MediaTypeOf(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) ? type.MediaType.Value?.ToLowerInvariant() : null;

    private async Task Copy(Stream body, FileStream file, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 16];
        int length;
        while ((length = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (file.Position + length > _limit)
            {
                throw TooLarge();
            }

            await file.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
        }
    }

    private RefusedException TooLarge() =>
        new("bodyTooLarge", null, $"The body is larger than the {_limit >> 20} MiB this service takes. Send fewer rows, or start it with a larger MaxUploadMegabytes.");
}
