using Velodrome.Training.Baselines;
using Velodrome.Training.Encoding;
using Velodrome.Training.Engines;
using Velodrome.Training.Engines.Simd;
using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Networks;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Runs;

/// <summary>Everything that is determined before a run's first epoch: a function of the spec and the tables.</summary>
/// <param name="Spec">The run's settings, with every default filled in.</param>
/// <param name="Table">All rows that the run reads; contains the features and the target.</param>
/// <param name="Split">Which rows are for training, validation and test.</param>
/// <param name="Encoder">Fitted on the training rows.</param>
public sealed record RunPlan(RunSpec Spec, Table Table, Split Split, Encoder Encoder)
{
    /// <summary>Sizes of the network, from the spec and the encoded columns.</summary>
    public NetworkShape Shape { get; } = ShapeOf(Encoder, Spec.Network);

    /// <summary>The column to predict.</summary>
    public Column TargetColumn => Table.Find(Spec.Target)!;

    /// <summary>Whether the target is a class rather than a number.</summary>
    public bool PredictsClasses => Spec.Task != LearningTask.Regression;

    /// <summary>The factor from standardised losses to the loss's own unit.</summary>
    public double LossScale => Encoder.Target.LossScale(Spec.Training.Loss);

    /// <summary>Fits the baseline that uses no feature on the training rows.</summary>
    public TrivialBaseline FitTrivialBaseline()
    {
        var targets = Encoder.Target.Encode(TargetColumn, Split.Train);
        return Encoder.Target is ClassTarget classes
            ? TrivialBaseline.FitClasses(Array.ConvertAll(targets, index => (int)index), classes.Outputs)
            : TrivialBaseline.FitRegression(targets);
    }

    /// <summary>The loss of that baseline on the validation rows, in the loss's own unit.</summary>
    public double TrivialBaselineLoss()
    {
        var validation = EncodeTargets(Split.Validation);
        return LossScale * Loss.Mean(Spec.Training.Loss, FitTrivialBaseline().Outputs(validation.Rows), validation);
    }

    /// <summary>Checks a request against its tables and fills in every default.</summary>
    /// <param name="request">What to train.</param>
    /// <param name="tables">The tables that the request names.</param>
    /// <exception cref="RefusedException">Something in the request can't be trained.</exception>
    public static RunPlan Resolve(RunRequest request, RunTables tables)
    {
        var validation = (request.Validation ?? throw ValidationRequired()).Resolve("validation");
        var test = request.Test?.Resolve("test");
        var task = RequestColumns.TaskOf(request, tables.Dataset);
        var features = RequestColumns.FeaturesOf(request, tables.Dataset);
        if (request.EarlyStopping is { } stopping && stopping.StartFromEpoch > request.Training.Epochs)
        {
            throw new RefusedException("outOfRange", "earlyStopping.startFromEpoch",
                $"startFromEpoch is {stopping.StartFromEpoch}, but the run has only {request.Training.Epochs} epochs, " +
                "so no epoch could be the best. Send a smaller startFromEpoch, or more epochs.");
        }

        var (table, split) = SplitRows(validation, test, request.Target, task, features, tables);
        var encoder = Encoder.Fit(table, features, request.Target, task, split.Train);
        var training = request.Training.Resolve(encoder.Target, encoder.Target.Encode(table.Find(request.Target)!, split.Train));
        return new(new RunSpec
        {
            Dataset = request.Dataset,
            Target = request.Target,
            Task = task,
            Features = features,
            Validation = validation,
            Test = test,
            Network = request.Network,
            Training = training,
            EarlyStopping = request.EarlyStopping,
            Engine = request.Engine != EngineKind.Auto
                ? request.Engine
                : FasterEngine(ShapeOf(encoder, request.Network), training.BatchSize),
        }, table, split, encoder);
    }

    /// <summary>Restores the plan of a run that was resolved before.</summary>
    /// <param name="spec">The run's spec.</param>
    /// <param name="tables">The tables that the spec names.</param>
    public static RunPlan Restore(RunSpec spec, RunTables tables)
    {
        var (table, split) = SplitRows(spec.Validation, spec.Test, spec.Target, spec.Task, spec.Features, tables);
        return new(spec, table, split, Encoder.Fit(table, spec.Features, spec.Target, spec.Task, split.Train));
    }

    /// <summary>Creates the untrained network.</summary>
    /// <param name="maxThreads">Threads that the engine <c>simd</c> may use while no other run trains in this process. The bits do not
    /// depend on it.</param>
    public IEngine CreateEngine(int maxThreads)
    {
        var weights = InitialWeights.Draw(Shape, Spec.Network.Activation, Spec.Training.Seed);
        return Spec.Engine == EngineKind.Simd
            ? new SimdEngine(Shape, Spec.Network, Spec.Training, weights, maxThreads, () => ActiveTrainings.Count <= 1)
            : new TorchEngine(Shape, Spec.Network, Spec.Training, weights);
    }

    /// <summary>Encodes some rows of the table.</summary>
    public EncodedRows Encode(int[] rows) => Encoder.Encode(Table, rows, ClassWeights());

    /// <summary>Encodes targets and weights of some rows, without features.</summary>
    public EncodedRows EncodeTargets(int[] rows) => Encoder.EncodeTargets(Table, rows, ClassWeights());

    /// <summary>Weights of the classes, scaled to be 1 on average over the training rows; null if all rows have weight 1.</summary>
    private float[]? ClassWeights()
    {
        if (Spec.Training.ClassWeights is not { } weights || Encoder.Target is not ClassTarget { Classes: var classes })
        {
            return null;
        }

        var mean = Encoder.Target.Encode(TargetColumn, Split.Train).Average(index => weights[classes[(int)index]]);
        return [.. classes.Select(name => (float)(weights[name] / mean))];
    }

    private static (Table Table, Split Split) SplitRows(
        SplitOptions validation, SplitOptions? test, string target, LearningTask task, IReadOnlyList<string> features, RunTables tables)
    {
        var table = tables.Concatenate([.. features, target], new[] { validation.Column, test?.Column }.OfType<string>());
        int[] withTarget = [.. Enumerable.Range(0, table.Rows).Where(row => !table.Find(target)!.IsMissing(row))];
        var (first, second) = (tables.Dataset.Rows, tables.Dataset.Rows + (tables.Validation?.Rows ?? 0));
        return (table, Splitter.Split(validation, test, new SplitInput(
            table, target, task,
            Rows: Array.FindAll(withTarget, row => row < first),
            DatasetRows: first,
            ValidationDatasetRows: Array.FindAll(withTarget, row => row >= first && row < second),
            TestDatasetRows: Array.FindAll(withTarget, row => row >= second))));
    }

    private static NetworkShape ShapeOf(Encoder encoder, NetworkOptions network) =>
        new(encoder.Width, network.Hidden, encoder.Target.Outputs);

    private static EngineKind FasterEngine(NetworkShape shape, int batchSize) =>
        SimdEngine.IsFasterFor(shape, batchSize) ? EngineKind.Simd : EngineKind.Torch;

    private static RefusedException ValidationRequired() => new("validationRequired", "validation",
        "A run needs validation rows. Without them nothing shows whether a network learns or only memorises its training rows: " +
        "the training loss falls either way. Add for example \"validation\": { \"split\": \"random\", \"fraction\": 0.2 }.");
}
