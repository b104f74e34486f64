using System.ComponentModel.DataAnnotations;
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

    /// <summary>The columns to predict from. Default: all but the target.</summary>
    [MinLength(1)]
    public IReadOnlyList<string>? Features { get; init; }

    /// <summary>Which rows are set aside to judge the network: without them a run is refused.</summary>
    public SplitOptions? Validation { get; init; }

    /// <summary>The network's layers. Default: 64 and 32 units, relu.</summary>
    public NetworkOptions Network { get; init; } = new();

    /// <summary>Optimiser, epochs, loss, seed.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>When training stops by itself. On by default (patience 10); null switches it off.</summary>
    public EarlyStoppingOptions? EarlyStopping { get; init; } = new();
}
