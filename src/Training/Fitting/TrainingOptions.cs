using System.ComponentModel.DataAnnotations;
using Velodrome.Training.Losses;

namespace Velodrome.Training.Fitting;

/// <summary>How steps are made of gradients.</summary>
public enum OptimizerKind
{
    /// <summary>Adam (Kingma and Ba 2015); weight decay is added to the gradient.</summary>
    Adam,

    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019).</summary>
    AdamW,

    /// <summary>Stochastic gradient descent, with momentum where asked for.</summary>
    Sgd,

    /// <summary>RMSProp (Tieleman and Hinton 2012).</summary>
    RmsProp,
}

/// <summary>Whom a free worker serves first.</summary>
public enum RunPriority
{
    /// <summary>After all others.</summary>
    Low,

    /// <summary>In the order in which they came.</summary>
    Normal,

    /// <summary>Before all others that wait.</summary>
    High,
}

/// <summary>How the network is trained, as it may be asked for: what is left out is filled in and echoed in the run.</summary>
public sealed record TrainingOptions
{
    /// <summary>Upper bound on epochs, 1 to 1,000,000; early stopping may end the run sooner. Default 100.</summary>
    [Range(1, 1_000_000)]
    public int Epochs { get; init; } = 100;

    /// <summary>Rows per optimiser step, 1 to 65,536. Default: a fortieth of the training rows, as a power of two from 4 to 256.</summary>
    [Range(1, 65_536)]
    public int? BatchSize { get; init; }

    /// <summary>How steps are made of gradients. Default adam.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Adam;

    /// <summary>Size of a step, 1e-7 to 10. Default for adam and adamW 0.03 by the root of the training rows, from 0.003 to 0.01; for sgd
    /// 0.01; for rmsProp 0.003.</summary>
    [Range(1e-7, 10)]
    public double? LearningRate { get; init; }

    /// <summary>Momentum, 0 to 0.999; only for sgd. Default 0.9.</summary>
    [Range(0, 0.999)]
    public double? Momentum { get; init; }

    /// <summary>Pull of the weights towards zero, 0 to 1. Default: four divided by the training rows, at most 0.02, so that
    /// the data outweigh it where there are many.</summary>
    [Range(0.0, 1.0)]
    public double? WeightDecay { get; init; }

    /// <summary>What training makes smaller. Default mse, for classes crossEntropy.</summary>
    public LossKind? Loss { get; init; }

    /// <summary>Whether every class counts the same, however few rows it has; for classification. Default false.</summary>
    public bool BalanceClasses { get; init; }

    /// <summary>What a row of each class counts, by class, each 1e-9 to 1e9; classes not named count 1; for classification.</summary>
    public IReadOnlyDictionary<string, double>? ClassWeights { get; init; }

    /// <summary>Seed of initial weights, row order and dropout. Default 0: the same request trains the same network.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; }

    /// <summary>Whom a free worker serves first; runs of one priority start in the order in which they came. Default normal.</summary>
    public RunPriority Priority { get; init; } = RunPriority.Normal;
}
