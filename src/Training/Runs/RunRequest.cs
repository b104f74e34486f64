using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Velodrome.Training.Encoding;
using Velodrome.Training.Engines;
using Velodrome.Training.Fitting;
using Velodrome.Training.Networks;
using Velodrome.Training.Splits;

namespace Velodrome.Training.Runs;

/// <summary>A request: what to train, on which data, and how to validate it.</summary>
public sealed record RunRequest
{
    /// <summary>A display name, at most 200 characters. Default: dataset and target.</summary>
    [StringLength(200)]
    public string? Name { get; init; }

    /// <summary>Name of the dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>The version of the dataset. Default: the newest.</summary>
    [Range(1, int.MaxValue)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] // earlier builds stored a hash of the request's JSON
    public int? DatasetVersion { get; init; }

    /// <summary>The column to predict.</summary>
    public required string Target { get; init; }

    /// <summary>The kind of value to predict. Default: classification if the target contains text, booleans or only two different numbers,
    /// otherwise regression.</summary>
    public LearningTask? Task { get; init; }

    /// <summary>The columns to predict from. Default: all except the target, the weight column and the columns of group splits.</summary>
    [MinLength(1)]
    public IReadOnlyList<string>? Features { get; init; }

    /// <summary>A column of numbers of at least 0: how much each row counts in the loss of training, validation and test. Other metrics
    /// count all rows alike, and predictions need no weight. Default: all rows count alike.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] // as for DatasetVersion
    public string? WeightColumn { get; init; }

    /// <summary>Rows that are set aside to validate the network after every epoch. Required.</summary>
    public SplitOptions? Validation { get; init; }

    /// <summary>More rows that are set aside, to evaluate the network once, after training. Default: none.</summary>
    public SplitOptions? Test { get; init; }

    /// <summary>Chooses the settings that the request does not name. lesson: what a textbook describes. fast: for a first look. balanced:
    /// good on most tables. best: the smallest errors, in more time. Default balanced.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] // as for DatasetVersion
    public RunPreset? Preset { get; init; }

    /// <summary>How columns become network inputs. Default: plain with the preset lesson; otherwise piecewise from 300 training rows on,
    /// unless that takes more than 400 MB.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] // as for DatasetVersion
    public EncodingOptions? Encoding { get; init; }

    /// <summary>The network's layers. Default: 64 and 32 units, relu; 128 and 64 for more than 10 classes; wider with the
    /// preset best.</summary>
    public NetworkOptions Network { get; init; } = new();

    /// <summary>Optimiser, epochs, loss, seed.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>When training stops early; null for never. Default: patience 10 if the learning rate is constant; never if it follows a
    /// schedule, whose last epochs are often the best.</summary>
    public EarlyStoppingOptions? EarlyStopping
    {
        get;
        init => (field, NamesEarlyStopping) = (value, true);
    } = new();

    /// <summary>Whether the request names early stopping, as options or as null.</summary>
    [JsonIgnore]
    public bool NamesEarlyStopping { get; private init; }

    /// <summary>The engine that trains: torch, simd, or auto for the faster one at the network's size, as measured. Default auto.</summary>
    public EngineKind Engine { get; init; } = EngineKind.Auto;

    /// <summary>The settings that the request names, of those whose default depends on other settings.</summary>
    [JsonIgnore]
    public IEnumerable<string> NamedSettings
    {
        get
        {
            (string Name, bool IsNamed)[] settings =
            [
                ("network.hidden", Network.NamesHidden), ("network.dropout", Network.NamesDropout),
                ("training.epochs", Training.NamesEpochs), ("earlyStopping", NamesEarlyStopping),
            ];
            return settings.Where(setting => setting.IsNamed).Select(setting => setting.Name);
        }
    }

    /// <summary>The request that resolves to a given spec, with every setting included.</summary>
    /// <param name="spec">A resolved spec.</param>
    public static RunRequest From(RunSpec spec) => new()
    {
        Dataset = spec.Dataset,
        DatasetVersion = spec.DatasetVersion,
        Target = spec.Target,
        Task = spec.Task,
        Features = spec.Features,
        WeightColumn = spec.WeightColumn,
        Validation = spec.Validation,
        Test = spec.Test,
        Encoding = (spec.Encoding ?? new() { Numbers = NumberInputs.Plain }) with { Dates = spec.Encoding?.Dates ?? DateInputs.Elapsed },
        Network = new()
        {
            Hidden = spec.Network.Hidden,
            Activation = spec.Network.Activation,
            Dropout = spec.Network.Dropout,
        },
        Training = new()
        {
            Epochs = spec.Training.Epochs,
            BatchSize = spec.Training.BatchSize,
            Optimizer = spec.Training.Optimizer,
            LearningRate = spec.Training.LearningRate,
            Schedule = spec.Training.Schedule,
            WarmupFraction = spec.Training.WarmupFraction,
            Momentum = spec.Training.Momentum,
            WeightDecay = spec.Training.WeightDecay,
            Loss = spec.Training.Loss,
            Quantile = spec.Training.Quantile,
            ClassWeights = spec.Training.ClassWeights,
            Seed = spec.Training.Seed,
            Members = spec.Training.Members,
            Priority = spec.Training.Priority,
        },
        EarlyStopping = spec.EarlyStopping,
        Engine = spec.Engine,
    };
}
