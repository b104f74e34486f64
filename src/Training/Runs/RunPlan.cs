using System.Numerics.Tensors;
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
/// <param name="Table">All rows that the run reads; contains the features, the target and the weights.</param>
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
            ? TrivialBaseline.FitClasses(Array.ConvertAll(targets, index => (int)index), classes.Outputs, RowWeightsOf(Split.Train))
            : TrivialBaseline.FitRegression(targets, Spec.Training.Quantile, RowWeightsOf(Split.Train));
    }

    /// <summary>Measures the loss of that baseline on the validation rows, in the loss's own unit.</summary>
    public double TrivialBaselineLoss()
    {
        var validation = EncodeTargets(Split.Validation);
        return LossScale * Loss.Mean(
            Spec.Training.Loss, FitTrivialBaseline().Outputs(validation.Rows), validation, Spec.Training.Quantile);
    }

    /// <summary>Checks a request against its tables and fills in every default.</summary>
    /// <param name="request">What to train. It names the versions of the datasets; without them, they are version 1.</param>
    /// <param name="tables">The tables that the request names.</param>
    /// <param name="maxBytes">Memory that the run may take.</param>
    /// <param name="cancellationToken">Checked before each feature.</param>
    /// <exception cref="RefusedException">Something in the request can't be trained.</exception>
    public static RunPlan Resolve(
        RunRequest request, RunTables tables, long maxBytes = long.MaxValue, CancellationToken cancellationToken = default)
    {
        request = RunPresets.FillIn(request);
        var (validation, test, task, features) = ResolvedColumns.Of(request, KnownColumns.Of(tables.Dataset));
        var (table, split) = SplitRows(validation, test, request.Target, task, features, request.WeightColumn, tables);
        if (request.WeightColumn is { } weights)
        {
            RowWeights.Refuse((NumberColumn)table.Find(weights)!, split, tables);
        }

        var chosen = EncodingDefaults.Choose(request.Encoding, [.. features.Select(name => table.Find(name)!)], split.Train.Length);
        var encoder = Encoder.Fit(table, features, request.Target, task, split.Train, chosen, cancellationToken);
        var encoding = EncodingDefaults.Resolve(request.Encoding, chosen, encoder);
        ExtremeValues.Refuse(encoder.Target, table, split);
        request = RunPresets.FillInFromRows(request, encoder.Target.Outputs, split.Train.Length);
        var network = request.Network;
        var training = request.Training.Resolve(
            encoder.Target, encoder.Target.Encode(table.Find(request.Target)!, split.Train), request.NamesEarlyStopping);
        var memory = MemoryOf(
            encoder, table, split, training, request.Engine, IsConcatenated(validation, test), request.WeightColumn is not null);
        RunMemoryLimit.Check(memory, network.Hidden, long.MaxValue); // from here on, the sizes of the network have 32 bits
        var engine = request.Engine != EngineKind.Auto
            ? request.Engine
            : FasterEngine(ShapeOf(encoder, network), training.BatchSize);
        RunMemoryLimit.Check(memory with { Engine = engine }, network.Hidden, maxBytes);
        return new(new RunSpec
        {
            Dataset = request.Dataset,
            DatasetVersion = request.DatasetVersion ?? 1,
            Target = request.Target,
            Task = task,
            Features = features,
            WeightColumn = request.WeightColumn,
            Validation = validation,
            Test = test,
            Encoding = encoding,
            Network = network,
            Training = training,
            EarlyStopping = request.NamesEarlyStopping || training.Schedule == ScheduleKind.Constant ? request.EarlyStopping : null,
            Engine = engine,
        }, table, split, encoder);
    }

    /// <summary>Restores the plan of a run that was resolved before.</summary>
    /// <param name="spec">The run's spec.</param>
    /// <param name="tables">The tables that the spec names.</param>
    /// <param name="cancellationToken">Checked before each feature.</param>
    public static RunPlan Restore(RunSpec spec, RunTables tables, CancellationToken cancellationToken = default)
    {
        var (table, split) = SplitRows(spec.Validation, spec.Test, spec.Target, spec.Task, spec.Features, spec.WeightColumn, tables);
        return new(spec, table, split, Encoder.Fit(
            table, spec.Features, spec.Target, spec.Task, split.Train, spec.Encoding, cancellationToken));
    }

    /// <summary>Refuses the plan if this process has less memory for a run than it needs: another one may have accepted it.</summary>
    /// <param name="maxBytes">Memory that the run may take.</param>
    /// <exception cref="RefusedException"><c>networkTooLarge</c>.</exception>
    public void CheckMemory(long maxBytes) =>
        RunMemoryLimit.Check(Memory(), Spec.Network.Hidden, maxBytes);

    /// <summary>Estimates the memory that the run needs at its peak.</summary>
    /// <returns>All of it, and what is not the memory of the tables that the plan was made from.</returns>
    public (long Bytes, long BesidesTables) EstimateMemory()
    {
        var bytes = Memory().Estimate(Spec.Network.Hidden);
        return (bytes, bytes - Table.Bytes);
    }

    /// <summary>Creates the untrained networks.</summary>
    /// <param name="maxThreads">Threads that work while no other run trains in this process: on one network each, or on the only one if the
    /// engine is <c>simd</c>. The bits do not depend on it.</param>
    /// <param name="cancellationToken">Checked before the weights of each layer are drawn.</param>
    public Ensemble CreateEnsemble(int maxThreads, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxThreads);
        var members = new List<IEngine>();
        try
        {
            var threadsOfEach = Spec.Training.Members == 1 ? maxThreads : 1;
            for (var i = 0; i < Spec.Training.Members; i++)
            {
                members.Add(CreateEngine(Ensemble.SeedOf(Spec.Training.Seed, i), threadsOfEach, cancellationToken));
            }
        }
        catch
        {
            members.ForEach(member => member.Dispose());
            throw;
        }

        return new(members, Spec.Training, () => ActiveTrainings.Count <= 1 ? maxThreads : 1);
    }

    /// <summary>Encodes some rows of the table.</summary>
    public EncodedRows Encode(int[] rows, CancellationToken cancellationToken = default) =>
        Weigh(Encoder.Encode(Table, rows, ClassWeights(), cancellationToken), rows);

    /// <summary>Encodes targets and weights of some rows, without features.</summary>
    public EncodedRows EncodeTargets(int[] rows) => Weigh(Encoder.EncodeTargets(Table, rows, ClassWeights()), rows);

    /// <summary>The weights of some rows, from the run's weight column, scaled to be 1 on average over these rows.</summary>
    /// <param name="rows">All rows of a part: then the mean of its weighted losses is their weighted mean.</param>
    /// <returns>[rows]; null if all rows count alike.</returns>
    public float[]? RowWeightsOf(int[] rows) =>
        Spec.WeightColumn is { } name ? RowWeights.Scale((NumberColumn)Table.Find(name)!, rows) : null;

    private EncodedRows Weigh(EncodedRows encoded, int[] rows)
    {
        if (RowWeightsOf(rows) is not { } weights)
        {
            return encoded;
        }

        if (encoded.Weights is { } ofClasses)
        {
            TensorPrimitives.Multiply<float>(weights, ofClasses, weights);
        }

        return encoded with { Weights = weights };
    }

    private IEngine CreateEngine(int seed, int maxThreads, CancellationToken cancellationToken)
    {
        var training = Spec.Training with { Seed = seed };
        var weights = InitialWeights.Draw(Shape, Spec.Network.Activation, seed, Encoder.PlainWidth, cancellationToken);
        return Spec.Engine == EngineKind.Simd
            ? new SimdEngine(Shape, Spec.Network, training, weights, maxThreads, () => ActiveTrainings.Count <= 1)
            : new TorchEngine(Shape, Spec.Network, training, weights);
    }

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
        SplitOptions validation, SplitOptions? test, string target, LearningTask task, IReadOnlyList<string> features, string? weights,
        RunTables tables)
    {
        var table = tables.Concatenate(
            RunTables.Needed(features, target, weights), new[] { validation.Column, test?.Column }.OfType<string>(), target);
        var (column, first) = (table.Find(target)!, tables.Dataset.Rows);
        var second = first + (tables.Validation?.Rows ?? 0);
        return (table, Splitter.Split(validation, test, new SplitInput(
            table, target, task,
            Rows: RowsWithValue(column, 0, first),
            DatasetRows: first,
            ValidationDatasetRows: RowsWithValue(column, first, second),
            TestDatasetRows: RowsWithValue(column, second, table.Rows))));
    }

    /// <summary>Numbers of the rows in a range whose cell is not missing.</summary>
    private static int[] RowsWithValue(Column column, int from, int to)
    {
        var rows = new int[to - from];
        var count = 0;
        for (var row = from; row < to; row++)
        {
            if (!column.IsMissing(row))
            {
                rows[count++] = row;
            }
        }

        return count == rows.Length ? rows : rows[..count];
    }

    private RunMemory Memory() =>
        MemoryOf(
        Encoder, Table, Split, Spec.Training, Spec.Engine, IsConcatenated(Spec.Validation, Spec.Test), Spec.WeightColumn is not null);

    /// <summary>Whether <see cref="Table"/> has copies of the rows of several datasets, which stay in memory too.</summary>
    private static bool IsConcatenated(SplitOptions validation, SplitOptions? test) => (validation.Dataset ?? test?.Dataset) is not null;

    private static RunMemory MemoryOf(
        Encoder encoder, Table table, Split split, TrainingSpec training, EngineKind engine, bool isConcatenated,
        bool isWeighted) => new(
        encoder.Width, encoder.PlainWidth, encoder.Target.Outputs, split.Train.Length, split.Validation.Length, split.Test.Length,
        table.Bytes * (isConcatenated ? 2 : 1), training, engine, isWeighted);

    private static NetworkShape ShapeOf(Encoder encoder, NetworkOptions network) =>
        new(encoder.Width, network.Hidden, encoder.Target.Outputs);

    private static EngineKind FasterEngine(NetworkShape shape, int batchSize) =>
        SimdEngine.IsFasterFor(shape, batchSize) ? EngineKind.Simd : EngineKind.Torch;
}
