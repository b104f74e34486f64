namespace Velodrome.Browser.Tests;

/// <summary>Requests for the runs of the tests.</summary>
internal static class Requests
{
    public const string Students = """
        { "name": "fifty epochs", "dataset": "study-hours", "target": "score", "validation": { "split": "last", "fraction": 0.25 },
          "network": { "hidden": [16, 8] }, "training": { "epochs": 50, "seed": 7 } }
        """;

    public const string Overfitting = """
        { "name": "memorises", "dataset": "noisy-sine", "target": "y", "validation": { "split": "random", "fraction": 0.5 },
          "network": { "hidden": [128, 64] },
          "training": { "epochs": 100, "batchSize": 32, "learningRate": 0.01, "weightDecay": 0, "seed": 2 }, "earlyStopping": null }
        """;

    public const string Stopping = """
        { "name": "stops early", "dataset": "noisy-sine", "target": "y", "validation": { "split": "random", "fraction": 0.5 },
          "network": { "hidden": [128, 64] },
          "training": { "epochs": 100, "batchSize": 32, "learningRate": 0.01, "weightDecay": 0, "seed": 2 } }
        """;

    public const string Sine = """
        { "name": "sine of x", "dataset": "noisy-sine", "target": "y", "features": ["x"], "validation": { "split": "random" },
          "training": { "epochs": 60 } }
        """;

    public const string Iris = """
        { "name": "iris", "dataset": "iris", "target": "species", "validation": { "split": "stratified" }, "training": { "epochs": 40 } }
        """;

    /// <summary>A run whose epochs take about fifteen milliseconds each.</summary>
    public const string Slow = """
        { "name": "slow", "dataset": "noisy-sine", "target": "y", "validation": { "split": "random" },
          "training": { "epochs": 500, "batchSize": 8 }, "earlyStopping": null, "engine": "torch" }
        """;

    /// <summary>A run that is as slow and trains until it is cancelled.</summary>
    public const string Endless = """
        { "name": "endless", "dataset": "noisy-sine", "target": "y", "validation": { "split": "random" },
          "training": { "epochs": 50000, "batchSize": 8 }, "earlyStopping": null, "engine": "torch" }
        """;

    /// <summary>A run that trains tens of thousands of epochs a second.</summary>
    public const string Fast = """
        { "name": "twenty thousand", "dataset": "noisy-sine", "target": "y", "features": ["x"], "validation": { "split": "random" },
          "network": { "hidden": [4] }, "training": { "epochs": 20000, "batchSize": 256 }, "earlyStopping": null, "engine": "simd" }
        """;
}
