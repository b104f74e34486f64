using Velodrome.Training.Encoding;
using Velodrome.Training.Engines;
using Velodrome.Training.Fitting;
using Velodrome.Training.Networks;
using Velodrome.Training.Splits;

namespace Velodrome.Training.Runs;

/// <summary>A <see cref="RunRequest"/> with every default filled in: with the dataset, enough to repeat the run bit for bit.</summary>
public sealed record RunSpec
{
    /// <summary>Name of the dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>The version of the dataset; 1 for runs that were stored before datasets had versions.</summary>
    public int DatasetVersion { get; init; } = 1;

    /// <summary>The column to predict.</summary>
    public required string Target { get; init; }

    /// <summary>The kind of value that the network predicts.</summary>
    public required LearningTask Task { get; init; }

    /// <summary>The columns to predict from, in the order of the network's inputs.</summary>
    public required IReadOnlyList<string> Features { get; init; }

    /// <summary>The column with the weight of each row in the loss; null if all rows count alike.</summary>
    public string? WeightColumn { get; init; }

    /// <summary>Rows that are set aside to validate the network after every epoch.</summary>
    public required SplitOptions Validation { get; init; }

    /// <summary>Rows that are set aside to evaluate the network once, after training; null for none.</summary>
    public SplitOptions? Test { get; init; }

    /// <summary>How columns become network inputs; never auto. Null for runs that were stored before there was a choice: plain, and numbers
    /// beyond the training range are not limited.</summary>
    public EncodingOptions? Encoding { get; init; }

    /// <summary>The network's layers.</summary>
    public required NetworkOptions Network { get; init; }

    /// <summary>Optimiser, epochs, loss, seed.</summary>
    public required TrainingSpec Training { get; init; }

    /// <summary>When training stops early; null for never.</summary>
    public EarlyStoppingOptions? EarlyStopping { get; init; }

    /// <summary>The engine that trains.</summary>
    public required EngineKind Engine { get; init; }
}
