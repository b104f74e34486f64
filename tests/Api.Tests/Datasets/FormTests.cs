using System.Net;
using System.Text;
using Microsoft.AspNetCore.Hosting;

namespace Velodrome.Api.Tests.Datasets;

/// <summary>Tests uploads as multipart/form-data.</summary>
public sealed class FormTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private const string File = "--b\r\nContent-Disposition: form-data; name=file; filename=a.csv\r\n\r\na,b\n1,2\n\r\n";
    private const string Name = "--b\r\nContent-Disposition: form-data; name=name\r\n\r\n";

    private readonly HttpClient _http = app.CreateClient();

    [Theory]
    [InlineData("invalidName", "name", Name)]
    [InlineData("unknownField", "other", "--b\r\nContent-Disposition: form-data; name=other\r\n\r\n")]
    [InlineData("unknownField", "", "--b\r\nContent-Type: text/plain\r\n\r\n")]
    [InlineData("malformedForm", null, "--b\r\nContent-Disposition: ")]
    [InlineData("malformedForm", null, "no boundary")]
    public async Task A_part_that_never_ends_is_refused_when_its_beginning_is_wrong(string code, string? field, string start)
    {
        using var form = new EndlessForm(start);

        var refused = await Refused.Read(await Post(form), HttpStatusCode.BadRequest);

        Assert.Equal((code, field), (refused.Code, refused.Errors[0].Field));
        Assert.InRange(form.Sent, 0, 4 << 20);
    }

    [Theory]
    [InlineData("name", Name + "one\r\n" + Name + "two\r\n" + File + "--b--\r\n")]
    [InlineData("file", File + File + "--b--\r\n")]
    public async Task A_part_that_is_sent_twice_is_refused(string field, string form)
    {
        var refused = await Refused.Read(await Post(new StringContent(form)), HttpStatusCode.BadRequest);

        Assert.Equal(("duplicateField", field), (refused.Code, refused.Errors[0].Field));
    }

    [Fact]
    public async Task A_part_with_too_many_headers_is_refused()
    {
        var headers = string.Concat(Enumerable.Range(0, 100).Select(number => $"X-{number}: 1\r\n"));

        var refused = await Refused.Read(await Post(new StringContent($"--b\r\n{headers}\r\n")), HttpStatusCode.BadRequest);

        Assert.Equal("malformedForm", refused.Code);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(71)]
    [InlineData(5000)]
    public async Task A_boundary_that_is_missing_or_too_long_is_refused(int? length)
    {
        var boundary = length is null ? null : new string('b', length.Value);

        var refused = await Refused.Read(await Post(new StringContent(File), boundary), HttpStatusCode.BadRequest);

        Assert.Equal("malformedForm", refused.Code);
        Assert.Contains("boundary", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_of_100_characters_is_taken_from_the_form()
    {
        var name = new string('n', 100);

        var created = await Post(new StringContent($"{Name}{name}\r\n{File}--b--\r\n"));

        Assert.Equal($"/api/v1/datasets/{name}", created.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task All_parts_and_headers_count_towards_the_limit()
    {
        using var small = app.WithWebHostBuilder(builder => builder
            .UseSetting("DataFolder", Path.Combine(app.DataFolder, "small")).UseSetting("MaxUploadMegabytes", "1"));
        var rows = string.Concat(Enumerable.Repeat("1,2\n", (1 << 18) - 10)); // the CSV itself is within the limit
        var form = new StringContent(File.Replace("1,2\n", rows, StringComparison.Ordinal) + "--b--\r\n");

        var refused = await Refused.Read(await Post(form, "b", small.CreateClient()), HttpStatusCode.RequestEntityTooLarge);

        Assert.Equal("bodyTooLarge", refused.Code);
    }

    private Task<HttpResponseMessage> Post(HttpContent form, string? boundary = "b", HttpClient? http = null)
    {
        form.Headers.ContentLength = null;
        form.Headers.ContentType = new("multipart/form-data");
        if (boundary is not null)
        {
            form.Headers.ContentType.Parameters.Add(new("boundary", boundary));
        }

        return (http ?? _http).SendAsync(
            new HttpRequestMessage(HttpMethod.Post, "/api/v1/datasets") { Content = form, Headers = { TransferEncodingChunked = true } });
    }

    /// <summary>A form that continues after its start for as long as the service reads it.</summary>
    private sealed class EndlessForm(string start) : HttpContent
    {
        private static readonly byte[] More = Encoding.UTF8.GetBytes(new string('a', 1 << 12));

        public long Sent { get; private set; }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(start));
            for (; Sent < 64 << 20; Sent += More.Length)
            {
                await stream.WriteAsync(More);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
