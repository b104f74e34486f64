using Velodrome.Training.Encoding;
using Velodrome.Training.Engines;
using Velodrome.Training.Losses;
using Velodrome.Training.Networks;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Runs;

/// <summary>All that a run needs before its first epoch: a function of the spec and the table.</summary>
/// <param name="Spec">What is trained, every default filled in.</param>
/// <param name="Table">The dataset; holds the features and the target.</param>
/// <param name="Split">Which rows train and which judge.</param>
/// <param name="Encoder">Fitted on the training rows.</param>
public sealed record RunPlan(RunSpec Spec, Table Table, Split Split, Encoder Encoder)
{
    /// <summary>Sizes of the network that the spec and the encoded features ask for.</summary>
    public NetworkShape Shape { get; } = new(Encoder.Width, Spec.Network.Hidden, outputs: 1);

    /// <summary>From standardised losses to the target's own units.</summary>
    public double LossScale => Loss.Scale(Spec.Training.Loss, Encoder.Target.StandardDeviation);

    /// <summary>Checks a request against its table, and fills in every default.</summary>
    /// <exception cref="RefusedException">Something in it can't be trained; every code of the runs feature.</exception>
    public static RunPlan Of(RunRequest request, Table table)
    {
        var validation = Splitter.Resolve(request.Validation ?? throw ValidationRequired(), "validation");
        var features = Columns.CheckFeatures(request, table);
        var split = Splitter.Part(validation, table.Rows, Columns.RowsWithTarget(Columns.CheckTarget(request.Target, table)));
        return Of(table, split, new RunSpec
        {
            Dataset = request.Dataset,
            Target = request.Target,
            Task = LearningTask.Regression,
            Features = features,
            Validation = validation,
            Network = request.Network,
            Training = request.Training.Resolve(split.Train.Length),
            EarlyStopping = request.EarlyStopping,
            Engine = "torch",
        });
    }

    /// <summary>The plan of a run that was accepted before.</summary>
    public static RunPlan Of(RunSpec spec, Table table) =>
        Of(table, Splitter.Part(spec.Validation, table.Rows, Columns.RowsWithTarget(Columns.CheckTarget(spec.Target, table))), spec);

    /// <summary>The untrained network.</summary>
    public IEngine CreateEngine() =>
        new TorchEngine(Shape, Spec.Network, Spec.Training, InitialWeights.Draw(Shape, Spec.Network.Activation, Spec.Training.Seed));

    private static RunPlan Of(Table table, Split split, RunSpec spec) =>
        new(spec, table, split, Encoder.Fit(table, spec.Features, spec.Target, split.Train));

    private static RefusedException ValidationRequired() => new("validationRequired", "validation",
        "Training blind teaches nothing: a network can learn its training rows by heart, and the training loss then falls while its answers on new rows get worse. " +
        "Only rows that it never trains on show whether it learnt, so add for example \"validation\": { \"split\": \"random\", \"fraction\": 0.2 }.");
}
