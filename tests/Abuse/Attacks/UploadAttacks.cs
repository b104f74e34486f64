using System.Text;

namespace Velodrome.Abuse.Attacks;

/// <summary>Uploads that exceed a limit of size or number.</summary>
internal static class UploadAttacks
{
    public static IReadOnlyList<Attack> List { get; } =
    [
        new("form with a name of 100 MB", "1.4 GB; a name of 400 MB: 9 GB", "400 or 413", target =>
        {
            var form = new MultipartFormDataContent
            {
                { new StringContent(new string('x', 100_000_000)), "name" },
                { new StringContent("a\n1\n"), "file", "a.csv" },
            };
            return target.Send(new(HttpMethod.Post, "/api/v1/datasets") { Content = form });
        }),
        new("chunked upload of 64 MB where 8 are allowed", "stored", "413 bodyTooLarge", target =>
        {
            var csv = "a,b\n" + string.Concat(Enumerable.Repeat("1,2\n", 16 << 20));
            var content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(csv)));
            content.Headers.ContentType = new("text/csv");
            var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/datasets?name=chunked") { Content = content };
            request.Headers.TransferEncodingChunked = true;
            return target.Send(request);
        }) { Settings = ["--MaxUploadMegabytes", "8"] },
        new("column name of 1 MB", "stored, and repeated in every answer", "400 headerTooLong",
            target => target.Upload("name", new string('x', 1_000_000) + ",y\n1,2\n2,3\n")),
        new("200 uploads at once", "all are received together", "201, and 429 tooManyRequests beyond 8 + 100", target =>
        {
            var csv = Tables.Numbers(2_000, 20);
            return Task.WhenAll(Enumerable.Range(0, 200).Select(number => target.Upload($"u{number}", csv)));
        }),
    ];
}
