namespace Velodrome.Abuse.Attacks;

/// <summary>A caller who stores and starts as much as it can. The quotas are small, so that they are reached soon.</summary>
internal static class QuotaAttacks
{
    private const string Endless = """
        { "dataset": "noisy-sine", "target": "y", "validation": { "split": "random", "fraction": 0.2 },
          "training": { "epochs": 1000000 }, "earlyStopping": null }
        """;

    public static IReadOnlyList<Attack> List { get; } =
    [
        new("20 waiting runs where 10 are allowed", "no limit", "202, then 429 tooManyRequests", async target =>
        {
            foreach (var _ in Enumerable.Range(0, 20))
            {
                await target.Post("/api/v1/runs", Endless);
            }
        }) { Settings = ["--Quotas:QueuedRuns", "10", "--Workers", "1"] },
        new("20 datasets where 10 are allowed", "no limit", "201, then 507 quotaExceeded", async target =>
        {
            foreach (var number in Enumerable.Range(0, 20))
            {
                await target.Upload($"d{number}", $"x,y\n1,{number}\n2,3\n");
            }
        }) { Settings = ["--Quotas:Datasets", "10"] },
        new("20 MB of datasets where 5 are allowed", "no limit", "201, then 507 quotaExceeded", async target =>
        {
            var csv = Tables.Numbers(20_000, 10);
            foreach (var number in Enumerable.Range(0, 20))
            {
                await target.Upload($"d{number}", csv);
            }
        }) { Settings = ["--Quotas:DatasetMegabytes", "5"] },
        new("a database of more than 5 MB", "no limit", "201, then 507 quotaExceeded", async target =>
        {
            var csv = Tables.Numbers(20_000, 10);
            foreach (var number in Enumerable.Range(0, 20))
            {
                await target.Upload($"d{number}", csv);
            }

            await target.Post("/api/v1/runs", Tables.Lesson);
        }) { Settings = ["--Quotas:TotalMegabytes", "5"] },
    ];
}
