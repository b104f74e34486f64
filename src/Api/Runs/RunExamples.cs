namespace Velodrome.Api.Runs;

/// <summary>Requests that the OpenAPI document shows as examples. They work without changes.</summary>
internal static class RunExamples
{
    public const string Lesson = """
        {
          "name": "fifty epochs",
          "dataset": "study-hours",
          "target": "score",
          "validation": { "split": "last", "fraction": 0.25 },
          "network": { "hidden": [16, 8], "activation": "relu" },
          "training": { "epochs": 50, "optimizer": "adam", "loss": "mse", "seed": 7 },
          "earlyStopping": { "patience": 10 }
        }
        """;
}
