using System.Text;

namespace Velodrome.Abuse.Attacks;

/// <summary>Requests that fit in memory one by one, but not together. The service may take 1,536 MiB.</summary>
internal static class BudgetAttacks
{
    private static readonly string[] SmallService = ["--MaxMemoryMegabytes", "1536", "--Workers", "2"];

    public static IReadOnlyList<Attack> List { get; } =
    [
        new("table of 2,000,000 rows, a run of it eight times at once", "10,000,000 rows, six runs: 6 GB",
            "202, 400 or 503 memoryBusy; below 1,536 MiB", async target =>
        {
            await target.PrepareTable("big", "a,b,c,d\n" + string.Concat(Enumerable.Repeat("1,2,3,4\n2,3,4,5\n", 1_000_000)));
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => target.Post("/api/v1/runs", """
                { "dataset": "big", "target": "d", "validation": { "split": "last" }, "training": { "epochs": 1, "batchSize": 4096 } }
                """)));
        }) { Settings = SmallService },
        new("eight runs of 2 x 1,024 units at once", "each takes its memory", "202, trained two at a time; below 1,536 MiB", async target =>
        {
            var runs = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => target.Post("/api/v1/runs", """
                { "dataset": "study-hours", "target": "score", "validation": { "split": "last", "fraction": 0.25 },
                  "network": { "hidden": [1024, 1024] }, "training": { "epochs": 5 } }
                """)));
            foreach (var run in runs.Where(run => run is not null))
            {
                await target.Until(run!.Value.GetProperty("id").GetInt64(), Target.HasEnded);
            }
        }) { Settings = SmallService },
        new("16 MB of rows to predict, eight times at once", "1 GB each", "400, 413 or 503; below 1,536 MiB", async target =>
        {
            var run = await target.PrepareRun(Tables.Lesson);
            await target.Until(run, Target.HasEnded);
            var body = $$"""{ "rows": [{{string.Join(',', Enumerable.Repeat("""{"hours":1}""", 1_400_000))}}] }""";
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => target.Post($"/api/v1/runs/{run}/predictions", body)));
        }) { Settings = SmallService },
        new("JSON body of 64 MB", "413 without the limit", "413 bodyTooLarge",
            target => target.Post("/api/v1/runs", new string(' ', 64 << 20))),
        new("eight chunked uploads of 4 MB where temporary files may have 8 MB", "no limit but the disk", "201, and 507 spoolFull",
            target => Task.WhenAll(Enumerable.Range(0, 8).Select(number =>
            {
                var csv = Encoding.UTF8.GetBytes("a,b\n" + string.Concat(Enumerable.Repeat($"{number},2\n", 1 << 20)));
                var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/datasets?name=spool{number}")
                {
                    Content = new StreamContent(new MemoryStream(csv)) { Headers = { ContentType = new("text/csv") } },
                };
                request.Headers.TransferEncodingChunked = true;
                return target.Send(request);
            }))) { Settings = ["--MaxSpoolMegabytes", "8"] },
    ];
}
