using System.Net.Http.Headers;
using Microsoft.Extensions.Options;
using Velodrome.Api.Settings;
using Velodrome.Training;

namespace Velodrome.Api.Datasets.Formats.Import;

/// <summary>A file that was downloaded.</summary>
/// <param name="File">A temporary file.</param>
/// <param name="Hint">What the server says about its format.</param>
internal sealed record RemoteFile(SpoolFile File, FileHint Hint);

/// <summary>Downloads files from the hosts in the setting <c>ImportHosts</c>.</summary>
internal sealed class RemoteFiles : IDisposable
{
    private const int MaxRedirects = 5;

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(10);

    private readonly Spool _spool;
    private readonly IReadOnlyList<Uri> _allowed;
    private readonly long _maxBytes;
    private readonly HttpClient _http;

    public RemoteFiles(Spool spool, PublicAddresses addresses, IOptions<VelodromeSettings> settings)
    {
        _spool = spool;
        _allowed = [.. SettingList.Split(settings.Value.ImportHosts).Select(ImportHosts.OriginOf).OfType<Uri>()];
        _maxBytes = spool.MaxUploadBytes;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // each address is checked
            UseCookies = false,
            UseProxy = false, // a proxy would connect to addresses that are not checked
            ConnectCallback = addresses.Connect,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        })
        { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Velodrome", null));
    }

    /// <param name="url">The file's address.</param>
    /// <param name="onReceive">Called before the file is received, with the temporary file and the length that the server declares; null
    /// for none.</param>
    /// <param name="cancellationToken">Cancelled when the caller disconnects.</param>
    /// <exception cref="RefusedException"><c>importHostNotAllowed</c>, <c>importFailed</c>, <c>bodyTooLarge</c>.</exception>
    public async Task<RemoteFile> Download(Uri url, Action<SpoolFile, long?>? onReceive, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        try
        {
            for (var redirects = 0; redirects <= MaxRedirects; redirects++)
            {
                RefuseOtherHosts(url);
                using var response = await _http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
                if ((int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is { } location)
                {
                    url = new Uri(url, location);
                    continue;
                }

                return response.IsSuccessStatusCode ? await Receive(response, url, onReceive, timeout.Token)
                    : throw Failed(url, $"its server answered {(int)response.StatusCode}");
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed(url, $"it took longer than {Timeout.TotalMinutes} minutes");
        }
        catch (HttpRequestException failure)
        {
            throw Failed(url, failure.GetBaseException() is NonPublicAddressException
                ? "the host has only addresses that are private or reserved, which are never called"
                : failure.HttpRequestError == HttpRequestError.NameResolutionError ? "the host has no address"
                : "its server could not be reached, or broke off");
        }
        throw Failed(url, $"there are more than {MaxRedirects} redirects");
    }

    public void Dispose() => _http.Dispose();

    /// <exception cref="RefusedException"><c>importHostNotAllowed</c>.</exception>
    public void RefuseOtherHosts(Uri url)
    {
        if (!ImportHosts.IsWeb(url) || url.UserInfo.Length > 0 || !_allowed.Any(origin => ImportHosts.IsSameOrigin(origin, url)))
        {
            throw new RefusedException("importHostNotAllowed", "url", _allowed.Count == 0
                ? "This service imports from no host: the setting ImportHosts is empty. Upload the file instead."
                : $"{url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)} is not among the hosts from which this " +
                    $"service imports: {string.Join(", ", _allowed.Select(origin => origin.GetLeftPart(UriPartial.Authority)))}.");
        }
    }

    private async Task<RemoteFile> Receive(
        HttpResponseMessage response, Uri url, Action<SpoolFile, long?>? onReceive, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > _maxBytes)
        {
            throw TooLarge();
        }

        _spool.CheckRoom(response.Content.Headers.ContentLength ?? 0);
        var file = _spool.Create();
        onReceive?.Invoke(file, response.Content.Headers.ContentLength);
        try
        {
            using var body = new LimitedBody(await response.Content.ReadAsStreamAsync(cancellationToken), _maxBytes, TooLarge);
            await Copy(body, file, url, cancellationToken);
            return new(file, new(response.Content.Headers.ContentType?.MediaType, FileNameOf(response, url)));
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>Copies a download. If reading fails, the server is the cause; if writing fails, the disk is.</summary>
    private static async Task Copy(Stream body, Stream file, Uri url, CancellationToken cancellationToken)
    {
        var block = new byte[1 << 16];
        while (true)
        {
            int length;
            try
            {
                length = await body.ReadAsync(block, cancellationToken);
            }
            catch (IOException)
            {
                throw Failed(url, "its server broke off");
            }

            if (length == 0)
            {
                return;
            }

            await file.WriteAsync(block.AsMemory(0, length), cancellationToken);
        }
    }

    private static string FileNameOf(HttpResponseMessage response, Uri url) =>
        (response.Content.Headers.ContentDisposition is { } disposition
            ? (disposition.FileNameStar ?? disposition.FileName)?.Trim('"') : null)
        ?? Path.GetFileName(Uri.UnescapeDataString(url.AbsolutePath));

    private RefusedException TooLarge() => new("bodyTooLarge", "url",
        $"The file is larger than {_maxBytes >> 20} MiB. Import a smaller one, or start the service with a larger MaxUploadMegabytes.");

    private static RefusedException Failed(Uri url, string reason) => new("importFailed", "url",
        $"{url.GetLeftPart(UriPartial.Path)} can't be imported: {reason}.");
}
