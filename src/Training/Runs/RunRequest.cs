using System.ComponentModel.DataAnnotations;
using Velodrome.Training.Engines;
using Velodrome.Training.Fitting;
using Velodrome.Training.Networks;
using Velodrome.Training.Splits;

namespace Velodrome.Training.Runs;

/// <summary>What to train, on what, and how it is judged.</summary>
public sealed record RunRequest
{
    /// <summary>A name for people, at most 200 characters. Default: dataset and target.</summary>
    [StringLength(200)]
    public string? Name { get; init; }

    /// <summary>Name of the dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>The column to predict.</summary>
    public required string Target { get; init; }

    /// <summary>What kind of answer is learnt. Default: as the target's values suggest; texts, true and false, and numbers of two
    /// values are classes, other numbers a regression.</summary>
    public LearningTask? Task { get; init; }

    /// <summary>The columns to predict from. Default: all but the target (and the column that a group split names).</summary>
    [MinLength(1)]
    public IReadOnlyList<string>? Features { get; init; }

    /// <summary>Which rows are set aside to judge the network: without them a run is refused.</summary>
    public SplitOptions? Validation { get; init; }

    /// <summary>Rows that are set aside besides, and looked at once, after training. Default: none.</summary>
    public SplitOptions? Test { get; init; }

    /// <summary>The network's layers. Default: 64 and 32 units, relu.</summary>
    public NetworkOptions Network { get; init; } = new();

    /// <summary>Optimiser, epochs, loss, seed.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>When training stops by itself. On by default (patience 10); null switches it off.</summary>
    public EarlyStoppingOptions? EarlyStopping { get; init; } = new();

    /// <summary>What carries the arithmetic out: torch, simd, or auto for the one measured to be faster for the network's size. Default auto.</summary>
    public EngineKind Engine { get; init; } = EngineKind.Auto;

    /// <summary>The request that a spec came from, nothing left out.</summary>
    public static RunRequest From(RunSpec spec) => new()
    {
        Dataset = spec.Dataset,
        Target = spec.Target,
        Task = spec.Task,
        Features = spec.Features,
        Validation = spec.Validation,
        Test = spec.Test,
        Network = spec.Network,
        Training = new()
        {
            Epochs = spec.Training.Epochs,
            BatchSize = spec.Training.BatchSize,
            Optimizer = spec.Training.Optimizer,
            LearningRate = spec.Training.LearningRate,
            Momentum = spec.Training.Momentum,
            WeightDecay = spec.Training.WeightDecay,
            Loss = spec.Training.Loss,
            ClassWeights = spec.Training.ClassWeights,
            Seed = spec.Training.Seed,
            Priority = spec.Training.Priority,
        },
        EarlyStopping = spec.EarlyStopping,
        Engine = spec.Engine,
    };
}
