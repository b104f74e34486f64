namespace Velodrome.Abuse.Attacks;

/// <summary>Requests whose answers are much longer than they are.</summary>
internal static class AnswerAttacks
{
    public static IReadOnlyList<Attack> List { get; } =
    [
        new("200,000 faulty rows to predict", "1,000,000 rows: an answer of 90 MB", "400, at most 100 faults", async target =>
        {
            var run = await target.PrepareRun(Tables.Lesson);
            await target.Until(run, Target.HasEnded);
            var rows = string.Join(',', Enumerable.Repeat("""{"hours":"x"}""", 200_000));
            await Measure(target, new(HttpMethod.Post, $"/api/v1/runs/{run}/predictions")
            {
                Content = new StringContent($$"""{ "rows": [{{rows}}] }""", System.Text.Encoding.UTF8, "application/json"),
            });
        }),
        new("two class names of 50 kB, predicted for 1,000 rows", "15,000 rows: an answer of 1.5 GB, 8 GB of memory",
            "400 classNameTooLong for the run", async target =>
            {
                var (first, second) = (new string('a', 50_000), new string('b', 50_000));
                if (await target.Upload("long", "x,label\n" + string.Concat(Enumerable.Range(0, 20).Select(row =>
                    $"{row},{(row % 2 == 0 ? first : second)}\n"))) is null)
                {
                    return;
                }

                if (await target.Post("/api/v1/runs", """
                    { "dataset": "long", "target": "label", "validation": { "split": "random", "fraction": 0.3 },
                      "training": { "epochs": 2 } }
                    """) is not { } posted)
                {
                    return;
                }

                var run = posted.GetProperty("id").GetInt64();
                await target.Until(run, Target.HasEnded);
                var rows = string.Join(',', Enumerable.Repeat("""{"x":1}""", 1_000));
                await Measure(target, new(HttpMethod.Post, $"/api/v1/runs/{run}/predictions")
                {
                    Content = new StringContent($$"""{ "rows": [{{rows}}] }""", System.Text.Encoding.UTF8, "application/json"),
                });
            }),
        new("list of 20 runs with 50,000 validation rows each", "30 MB for a page", "200, counts instead of rows", async target =>
        {
            await target.PrepareTable("rows", Tables.Numbers(100_000, 1));
            var validation = string.Join(',', Enumerable.Range(0, 50_000));
            var request = $$"""
                { "dataset": "rows", "target": "y", "validation": { "split": "rows", "rows": [{{validation}}] },
                  "training": { "epochs": 1 } }
                """;
            foreach (var _ in Enumerable.Range(0, 20))
            {
                await target.PrepareRun(request);
            }

            await Measure(target, new(HttpMethod.Get, "/api/v1/runs"));
        }),
    ];

    private static async Task Measure(Target target, HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await target.Http.SendAsync(request, target.Ends);
            await target.Tally.Add(response);
            target.Tally.Note($"{response.Content.Headers.ContentLength ?? (await response.Content.ReadAsByteArrayAsync()).Length} bytes");
        }
    }
}
