using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Velodrome.Training.Losses;

namespace Velodrome.Training.Fitting;

/// <summary>The rule that updates weights from gradients.</summary>
public enum OptimizerKind
{
    /// <summary>Adam (Kingma and Ba 2015). Weight decay is added to the gradient.</summary>
    Adam,

    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019).</summary>
    AdamW,

    /// <summary>Stochastic gradient descent with momentum.</summary>
    Sgd,

    /// <summary>RMSProp (Tieleman and Hinton 2012).</summary>
    RmsProp,
}

/// <summary>Which queued runs a free worker starts first.</summary>
public enum RunPriority
{
    /// <summary>After all other runs.</summary>
    Low,

    /// <summary>In the order in which they were posted.</summary>
    Normal,

    /// <summary>Before all other queued runs.</summary>
    High,
}

/// <summary>The settings of training. Those that are left out are filled in, and shown in the run's spec.</summary>
public sealed record TrainingOptions
{
    /// <summary>Largest number of networks in one run.</summary>
    public const int MaxMembers = 50;

    /// <summary>Largest number of epochs, 1 to 1,000,000; early stopping may end the run sooner. Default 100; 30 with the
    /// preset fast, 200 with best.</summary>
    [Range(1, 1_000_000)]
    public int Epochs
    {
        get;
        init => (field, NamesEpochs) = (value, true);
    } = 100;

    /// <summary>Whether a request names the number of epochs.</summary>
    [JsonIgnore]
    public bool NamesEpochs { get; private init; }

    /// <summary>Rows per optimiser step, 1 to 65,536. Default: the number of training rows divided by 40, rounded up to a power of two,
    /// from 4 to 256.</summary>
    [Range(1, 65_536)]
    public int? BatchSize { get; init; }

    /// <summary>The rule that updates weights from gradients. Default adam.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Adam;

    /// <summary>Learning rate, 1e-7 to 10; with a schedule, the largest one. Default for adam and adamW: 0.03 divided by the square root of
    /// the number of training rows, from 0.003 to 0.01; for sgd 0.01; for rmsProp 0.003. It is twice that unless the schedule is
    /// constant.</summary>
    [Range(1e-7, 10)]
    public double? LearningRate { get; init; }

    /// <summary>How the learning rate changes from step to step. constant: not at all. cosine: it falls to 0 over all epochs. warmupCosine:
    /// it rises from 0 first. coslog4: it rises from 0 and falls back four times. Default auto: cosine if the request gives neither
    /// learningRate nor earlyStopping and there are at least 300 training rows, otherwise constant.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] // earlier builds stored a hash of the request's JSON
    public ScheduleKind Schedule { get; init; }

    /// <summary>Share of all steps over which the rate rises from 0, 0 to 0.5; only for warmupCosine. Default 0.05.</summary>
    [Range(0, 0.5)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] // as above
    public double? WarmupFraction { get; init; }

    /// <summary>Momentum, 0 to 0.999; only for sgd. Default 0.9.</summary>
    [Range(0, 0.999)]
    public double? Momentum { get; init; }

    /// <summary>Weight decay (L2 penalty), 0 to 1. Default: 4 divided by the number of training rows, at most 0.02, so that it weakens
    /// as the data grow.</summary>
    [Range(0.0, 1.0)]
    public double? WeightDecay { get; init; }

    /// <summary>The loss that training minimises. Default mse, or crossEntropy for classes.</summary>
    public LossKind? Loss { get; init; }

    /// <summary>The quantile to predict, 0.001 to 0.999; only for the loss quantile. With 0.9, nine of ten rows should be below their
    /// prediction. Default 0.5, the median.</summary>
    [Range(0.001, 0.999)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] // as for Schedule
    public double? Quantile { get; init; }

    /// <summary>For classification: whether every class counts the same, however few rows it has. Default false.</summary>
    public bool BalanceClasses { get; init; }

    /// <summary>For classification: the weight of a row of each class, each 1e-9 to 1e9. Classes that are not named get weight 1.</summary>
    public IReadOnlyDictionary<string, double>? ClassWeights { get; init; }

    /// <summary>Seed of initial weights, row order and dropout. Default 0. The same request with the same seed trains the same
    /// network.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; }

    /// <summary>Number of networks that are trained side by side on the same rows, 1 to 50. They have different seeds: the first has that
    /// of the run, and those of the others are drawn from it. The model averages their predictions, and its validation loss decides which
    /// epoch is the best. Default: 5 with the preset best; 2 with balanced for 300 to 100,000 training rows, if the request does not name
    /// the hidden layers; otherwise 1.</summary>
    [Range(1, MaxMembers)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] // as for Schedule
    public int? Members { get; init; }

    /// <summary>Which queued runs a free worker starts first; runs of one priority start in the order in which they were posted. Default
    /// normal.</summary>
    public RunPriority Priority { get; init; } = RunPriority.Normal;
}
