using System.Globalization;

namespace Velodrome.Crash.Requests;

/// <summary>The engines that train the runs.</summary>
public enum EngineChoice
{
    Both,
    Torch,
    Simd,
}

/// <summary>
/// The kinds of runs that are posted. Most train long enough to be killed several times. They cover regression, classification,
/// dropout, early stopping, a schedule, continued runs, and checkpoints that are too large for a row.
/// </summary>
public static class RunKinds
{
    /// <summary>The first run in the README.</summary>
    public static RunKind Lesson { get; } = new("lesson", """
        { "dataset": "study-hours", "target": "score", "validation": { "split": "last", "fraction": 0.25 },
          "network": { "hidden": [16, 8] }, "training": { "epochs": 50, "seed": 7 } }
        """);

    public static RunKind LongOnTorch { get; } = Sine("long on torch", "torch", "[16]", 500) with { IsLong = true };

    public static IReadOnlyList<RunKind> For(EngineChoice engine) =>
        [.. engine == EngineChoice.Simd ? [] : Torch(), .. engine == EngineChoice.Torch ? [] : Simd()];

    private static IEnumerable<RunKind> Torch() =>
    [
        Lesson,
        Sine("sine on torch", "torch", "[16]", 120),
        Iris("iris with dropout on torch", "torch", "[16]", 150),
        LongOnTorch,
    ];

    private static IEnumerable<RunKind> Simd() =>
    [
        Sine("sine on simd", "simd", "[64, 32]", 800),
        Iris("iris with dropout on simd", "simd", "[32, 16]", 2000),
        Sine("long on simd", "simd", "[256, 128]", 2500) with { IsLong = true },
        Sine("checkpoints in pieces on simd", "simd", "[600, 600]", 300),
        Sine("sine to be continued", "simd", "[32]", 400),
        Sine("sine continued", "simd", "[32]", 1200) with { Continues = ("sine to be continued", 800) },
        Sine("sine with a falling rate", "simd", "[64, 32]", 800, """, "schedule": "cosine" """),
    ];

    private static RunKind Sine(string name, string engine, string hidden, int epochs, string training = "") =>
        new(name, string.Create(CultureInfo.InvariantCulture, $$"""
            { "dataset": "noisy-sine", "target": "y", "validation": { "split": "random", "fraction": 0.25 }, "engine": "{{engine}}",
              "network": { "hidden": {{hidden}} }, "training": { "epochs": {{epochs}}, "seed": 3{{training}} }, "earlyStopping": null }
            """));

    private static RunKind Iris(string name, string engine, string hidden, int epochs) =>
        new(name, string.Create(CultureInfo.InvariantCulture, $$"""
            { "dataset": "iris", "target": "species", "validation": { "split": "stratified", "fraction": 0.25 }, "engine": "{{engine}}",
              "network": { "hidden": {{hidden}}, "dropout": 0.2 }, "training": { "epochs": {{epochs}}, "seed": 5 }, "earlyStopping": null }
            """));
}
