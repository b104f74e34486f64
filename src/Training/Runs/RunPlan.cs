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

/// <summary>All that a run needs before its first epoch: a function of the spec and the tables.</summary>
/// <param name="Spec">What is trained, every default filled in.</param>
/// <param name="Table">All rows that are read; holds the features and the target.</param>
/// <param name="Split">Which rows train and which judge.</param>
/// <param name="Encoder">Fitted on the training rows.</param>
public sealed record RunPlan(RunSpec Spec, Table Table, Split Split, Encoder Encoder)
{
    /// <summary>Sizes of the network that the spec and the encoded columns ask for.</summary>
    public NetworkShape Shape { get; } = ShapeOf(Encoder, Spec.Network);

    /// <summary>From standardised losses to the target's own units.</summary>
    public double LossScale => Encoder.Target.LossScale(Spec.Training.Loss);

    /// <summary>The answer that looks at no feature, of the training rows: what a network must beat.</summary>
    public TrivialBaseline Trivial()
    {
        var targets = Encoder.Target.Encode(Table.Find(Spec.Target)!, Split.Train);
        return Encoder.Target is ClassTarget classes
            ? TrivialBaseline.OfClasses(Array.ConvertAll(targets, index => (int)index), classes.Outputs)
            : TrivialBaseline.OfRegression(targets);
    }

    /// <summary>Its loss on the validation rows, in the unit of a run's losses.</summary>
    public double TrivialLoss()
    {
        var validation = EncodeTargets(Split.Validation);
        return LossScale * Loss.Mean(Spec.Training.Loss, Trivial().Outputs(validation.Rows), validation);
    }

    /// <summary>Checks a request against its tables, and fills in every default.</summary>
    /// <exception cref="RefusedException">Something in it can't be trained; the codes are those of its parts.</exception>
    public static RunPlan Resolve(RunRequest request, RunTables tables)
    {
        var validation = (request.Validation ?? throw ValidationRequired()).Resolve("validation");
        var test = request.Test?.Resolve("test");
        var task = RequestColumns.TaskOf(request, tables.Dataset);
        var features = RequestColumns.FeaturesOf(request, tables.Dataset);
        if (request.EarlyStopping is { } stopping && stopping.StartFromEpoch > request.Training.Epochs)
        {
            throw new RefusedException("outOfRange", "earlyStopping.startFromEpoch",
                $"startFromEpoch is {stopping.StartFromEpoch}, and there are only {request.Training.Epochs} epochs: no epoch could ever be the best. Send a smaller one.");
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
            Engine = request.Engine == EngineKind.Auto ? FasterEngine(ShapeOf(encoder, request.Network), training.BatchSize) : request.Engine,
        }, table, split, encoder);
    }

    /// <summary>The plan of a run that was accepted before.</summary>
    public static RunPlan Restore(RunSpec spec, RunTables tables)
    {
        var (table, split) = SplitRows(spec.Validation, spec.Test, spec.Target, spec.Task, spec.Features, tables);
        return new(spec, table, split, Encoder.Fit(table, spec.Features, spec.Target, spec.Task, split.Train));
    }

    /// <summary>The untrained network.</summary>
    /// <param name="maxThreads">Threads that the engine <c>simd</c> may use while no other run trains in this process. The bits do not
    /// depend on it.</param>
    public IEngine CreateEngine(int maxThreads)
    {
        var weights = InitialWeights.Draw(Shape, Spec.Network.Activation, Spec.Training.Seed);
        return Spec.Engine == EngineKind.Simd
            ? new SimdEngine(Shape, Spec.Network, Spec.Training, weights, maxThreads, () => ActiveTrainings.Count <= 1)
            : new TorchEngine(Shape, Spec.Network, Spec.Training, weights);
    }

    /// <summary>Encodes one part of the split.</summary>
    public EncodedRows Encode(int[] rows) => Encoder.Encode(Table, rows, ClassWeights());

    /// <summary>Targets and weights of one part of the split, without features.</summary>
    public EncodedRows EncodeTargets(int[] rows) => Encoder.EncodeTargets(Table, rows, ClassWeights());

    /// <summary>What a row of each class counts, scaled to be 1 on average over the training rows.</summary>
    private float[]? ClassWeights()
    {
        if (Spec.Training.ClassWeights is not { } weights || Encoder.Target is not ClassTarget { Classes: var classes })
        {
            return null;
        }

        var mean = Encoder.Target.Encode(Table.Find(Spec.Target)!, Split.Train).Average(index => weights[classes[(int)index]]);
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
            TableRows: first,
            ValidationDataset: Array.FindAll(withTarget, row => row >= first && row < second),
            TestDataset: Array.FindAll(withTarget, row => row >= second))));
    }

    private static NetworkShape ShapeOf(Encoder encoder, NetworkOptions network) => new(encoder.Width, network.Hidden, encoder.Target.Outputs);

    private static EngineKind FasterEngine(NetworkShape shape, int batchSize) =>
        SimdEngine.IsFasterFor(shape, batchSize) ? EngineKind.Simd : EngineKind.Torch;

    private static RefusedException ValidationRequired() => new("validationRequired", "validation",
        "Training blind teaches nothing: a network can learn its training rows by heart, and the training loss then falls while its answers on new rows get worse. " +
        "Only rows that it never trains on show whether it learnt, so add for example \"validation\": { \"split\": \"random\", \"fraction\": 0.2 }.");
}
