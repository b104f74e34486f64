using System.Text.Json;

namespace Velodrome.Abuse.Attacks;

/// <summary>Cancels runs whose training steps take seconds.</summary>
internal static class CancelAttacks
{
    public static IReadOnlyList<Attack> List { get; } =
    [
        LargeStep("simd"),
        LargeStep("torch"),
        new("cancel while a wide table's baseline is fitted", "the run ends when the baseline is fitted", "ends in 2 s", async target =>
        {
            await target.PrepareTable("wide", Tables.Numbers(3_000, 1_990));
            await Cancel(target, """
                { "dataset": "wide", "target": "y", "task": "regression", "validation": { "split": "random", "fraction": 0.3 },
                  "network": { "hidden": [4] }, "training": { "epochs": 1 } }
                """);
        }),
    ];

    private static Attack LargeStep(string engine) =>
        new($"cancel of a step of seconds ({engine})", "unanswered for 40 s", "ends in 2 s", async target =>
        {
            await target.PrepareTable("rows", Tables.Numbers(10_000, 4));
            await Cancel(target, $$"""
                { "dataset": "rows", "target": "y", "task": "regression", "validation": { "split": "random", "fraction": 0.1 },
                  "network": { "hidden": [2048, 2048, 2048, 2048, 2048] }, "engine": "{{engine}}",
                  "training": { "epochs": 50, "batchSize": 8192 } }
                """);
        });

    private static async Task Cancel(Target target, string request)
    {
        var run = await target.PrepareRun(request);
        await target.Until(run, row => row.GetProperty("status").GetString() == "running");
        await Task.Delay(2_000, target.Ends);
        await target.Post($"/api/v1/runs/{run}/cancel", "");
        var time = await target.Until(run, Target.HasEnded);
        var ended = JsonDocument.Parse(await target.Http.GetStringAsync($"/api/v1/runs/{run}", target.Ends)).RootElement;
        target.Tally.Note($"{ended.GetProperty("status").GetString()} after {time.TotalSeconds:F1} s");
    }
}
