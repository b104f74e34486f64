using System.Net.Sockets;
using System.Text;

namespace Velodrome.Api.Tests.Startup;

/// <summary>What a killed process leaves in its data folder and in the folder for temporary files.</summary>
public sealed class LeftoverFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("velodrome-").FullName;

    private string Data => Path.Combine(_folder, "data");

    private string Temporary => Path.Combine(_folder, "tmp");

    [Fact]
    public async Task The_next_start_clears_what_a_killed_process_left()
    {
        Directory.CreateDirectory(Temporary);
        int killed;
        using (var service = Start())
        {
            await service.Ready();
            killed = service.Id;
            using var upload = await BeginUpload(service.Http.BaseAddress!);
            Assert.Contains(Files(), IsUpload);
            service.Kill();
        }

        Assert.Contains(Files(), IsUpload);
        if (OperatingSystem.IsLinux())
        {
            Assert.Contains(Files(), file => file.Contains($"-{killed}-", StringComparison.Ordinal)); // of the .NET runtime
        }

        using (var service = Start())
        {
            await service.Ready();
            Assert.DoesNotContain(Files(), IsUpload);
            Assert.DoesNotContain(Files(), file => file.Contains($"-{killed}-", StringComparison.Ordinal));
            Assert.All(Directory.GetFiles(Temporary), file => Assert.Contains($"-{service.Id}-", file, StringComparison.Ordinal));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ServiceProcess Start() => ServiceProcess.Start(("TMPDIR", Temporary), "--DataFolder", Data);

    private string[] Files() => Directory.GetFiles(_folder, "*", SearchOption.AllDirectories);

    private static bool IsUpload(string file) => file.EndsWith(".upload", StringComparison.Ordinal);

    /// <summary>Sends the first bytes of an upload, and returns once the service has begun to store them.</summary>
    private async Task<TcpClient> BeginUpload(Uri service)
    {
        var client = new TcpClient();
        await client.ConnectAsync(service.Host, service.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /api/v1/datasets?name=x HTTP/1.1\r\nHost: {service.Authority}\r\n" +
            "Content-Type: text/csv\r\nContent-Length: 100000\r\n\r\na,b\n"));
        await Wait.Until(() => Files().Any(IsUpload), () => "the upload did not begin");
        return client;
    }
}
