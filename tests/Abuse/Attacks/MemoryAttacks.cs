using System.Text.Json;

namespace Velodrome.Abuse.Attacks;

/// <summary>Requests for runs that need too much memory or time.</summary>
internal static class MemoryAttacks
{
    public static IReadOnlyList<Attack> List { get; } =
    [
        new("network of 16 x 4,096 units", "14.7 GB, 305 s, then internalError", "400 networkTooLarge",
            target => Train(target, Tables.LargeNetwork(16))),
        new("network of 5 x 4,096 units", "10 GB, trained three times, then crashLoop", "400 networkTooLarge, or trained",
            target => Train(target, Tables.LargeNetwork(5))),
        new("10,000 categories x 4,096 units", "an int overflows", "400 networkTooLarge, or trained", async target =>
        {
            var rows = Enumerable.Range(0, 20_000).Select(row => $"level{row / 2},{row % 7}\n");
            await target.PrepareTable("levels", "level,y\n" + string.Concat(rows));
            await Train(target, """
                { "dataset": "levels", "target": "y", "task": "regression", "validation": { "split": "random", "fraction": 0.1 },
                  "network": { "hidden": [4096] }, "training": { "epochs": 1 } }
                """);
        }),
        new("unknown column of 20 kB among 10,000, eight at once", "100 s of a core each; /health/ready unanswered",
            "400 unknownColumn in 1 s", async target =>
            {
                await target.PrepareTable("wide", string.Join(',', Enumerable.Range(0, 10_000).Select(column => $"column{column}")) + "\n"
                    + Tables.Row(10_000, "1") + Tables.Row(10_000, "2") + Tables.Row(10_000, "3"));
                var request = $$"""{ "dataset": "wide", "target": "{{new string('x', 20_000)}}", "validation": { "split": "last" } }""";
                await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => target.Post("/api/v1/runs", request)));
            }),
        new("unknown column of a table larger than the cache, eight at once", "3.3 GB, 37 s each",
            "400 unknownColumn in 1 s", async target =>
        {
            const string Block = "1,2,3,4\n2,3,4,5\n";
            await target.PrepareTable("big", "a,b,c,d\n" + string.Concat(Enumerable.Repeat(Block, 5_000_000)));
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => target.Post("/api/v1/runs", """
                { "dataset": "big", "target": "zz", "validation": { "split": "last" } }
                """)));
        }),
    ];

    private static async Task Train(Target target, string request)
    {
        if (await target.Post("/api/v1/runs", request) is not { } run)
        {
            return;
        }

        var id = run.GetProperty("id").GetInt64();
        await target.Until(id, Target.HasEnded);
        var ended = JsonDocument.Parse(await target.Http.GetStringAsync($"/api/v1/runs/{id}", target.Ends)).RootElement;
        var error = ended.GetProperty("error") is { ValueKind: JsonValueKind.Object } fault
            ? $" {fault.GetProperty("code").GetString()}"
            : "";
        target.Tally.Note($"run {ended.GetProperty("status").GetString()}{error}");
    }
}
