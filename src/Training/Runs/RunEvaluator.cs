using System.Numerics.Tensors;
using Velodrome.Training.Baselines;
using Velodrome.Training.Encoding;
using Velodrome.Training.Evaluation;
using Velodrome.Training.Intervals;
using Velodrome.Training.Losses;
using Velodrome.Training.Models;
using Velodrome.Training.Tables;
using Velodrome.Training.Verdicts;

namespace Velodrome.Training.Runs;

/// <summary>Evaluates a trained network: on each part of the split, against the baselines, and row by row for the verdict.</summary>
internal sealed class RunEvaluator
{
    private readonly RunPlan _plan;
    private readonly EncodedRows _train;
    private readonly EncodedRows _validation;
    private readonly float[] _bestOutputs;
    private readonly float[] _trivialOutputs;
    private readonly CancellationToken _cancellationToken;

    /// <param name="plan">The plan that was trained.</param>
    /// <param name="train">Its encoded training rows.</param>
    /// <param name="validation">Its encoded validation rows.</param>
    /// <param name="weights">The weights of the best epoch.</param>
    /// <param name="cancellationToken">Ends the evaluation within a layer of the network or a block of rows.</param>
    public RunEvaluator(RunPlan plan, EncodedRows train, EncodedRows validation, float[] weights, CancellationToken cancellationToken)
    {
        (_plan, _train, _validation, _cancellationToken) = (plan, train, validation, cancellationToken);
        var network = new TrainedModel(plan.Encoder, plan.Spec.Network, weights, interval: null);
        _bestOutputs = network.Outputs(validation.Features, validation.Rows, cancellationToken);
        _trivialOutputs = plan.FitTrivialBaseline().Outputs(validation.Rows);
        Model = plan.Encoder.Target is NumberTarget target
            ? new(plan.Encoder, plan.Spec.Network, weights, ConformalInterval.Calibrate(
                Array.ConvertAll(_bestOutputs, target.Decode), ActualValues(plan.Split.Validation)))
            : network;
    }

    /// <summary>Predicts with the weights of the best epoch.</summary>
    public TrainedModel Model { get; }

    public RunEvaluation Evaluate()
    {
        var (train, test) = (_plan.Split.Train, _plan.Split.Test);
        var testOutputs = test.Length > 0 ? Model.Outputs(_plan.Table, test, _cancellationToken) : [];
        var validation = Measure(_plan.Split.Validation, _bestOutputs);
        return new(
            Measure(train, Model.Outputs(_train.Features, _train.Rows, _cancellationToken)),
            validation,
            test.Length > 0 ? Measure(test, testOutputs) : null,
            Baselines(validation.Loss),
            _plan.Encoder.Target is NumberTarget target
                ? IntervalQuality.Measure(Model.Interval!, Array.ConvertAll(testOutputs, target.Decode), ActualValues(test))
                : null);
    }

    /// <summary>Computes the validation rows' losses with the best weights, with the last ones, and of the trivial baseline.</summary>
    /// <param name="lastOutputs">Outputs for the validation rows with the last epoch's weights.</param>
    public RowLosses RowLosses(float[] lastOutputs) => new(LossesOf(_bestOutputs), LossesOf(lastOutputs), LossesOf(_trivialOutputs));

    private double[] LossesOf(float[] outputs)
    {
        var (scale, training) = (_plan.LossScale, _plan.Spec.Training);
        return Array.ConvertAll(Loss.PerRow(training.Loss, outputs, _validation, training.Quantile), loss => loss * scale);
    }

    /// <exception cref="RefusedException"><c>extremeValue</c>: an output is not a finite number.</exception>
    private Metrics Measure(int[] rows, float[] outputs) => TensorPrimitives.IsFiniteAll<float>(outputs)
        ? RunEvaluation.Measure(_plan, rows, outputs)
        : throw new RefusedException("extremeValue", null,
            "The network's outputs for some validation or test rows are not finite numbers, because values in these rows are too far " +
            "from the training rows. Correct these values, leave their cells empty, or set other rows aside.");

    private Dictionary<string, BaselineResult> Baselines(double networkLoss)
    {
        var quantile = _plan.Spec.Training.Quantile;
        var (name, words) = (_plan.PredictsClasses, quantile) switch
        {
            (true, _) => ("majority", "always predicting the most frequent class"),
            (false, null) => ("mean", $"always predicting the mean of '{_plan.Spec.Target}'"),
            _ => ("quantile", $"always predicting the {quantile} quantile of '{_plan.Spec.Target}'"),
        };
        var results = new Dictionary<string, BaselineResult>
        {
            [name] = BaselineResult.Compare(words, Measure(_plan.Split.Validation, _trivialOutputs), networkLoss),
        };
        var width = _plan.Encoder.PlainWidth; // a linear model of pieces would be a curve, and costs the square of the width
        if (width <= LinearModel.MaxWidth)
        {
            var outputs = FitLinear(_train.TakeFeatures(width)).Outputs(
                _validation.TakeFeatures(width).Features, _validation.Rows, _cancellationToken);
            var linear = quantile is null ? "a linear model" : $"a linear model that is moved to the {quantile} quantile";
            results["linear"] = BaselineResult.Compare(linear, Measure(_plan.Split.Validation, outputs), networkLoss);
        }

        return results;
    }

    private LinearModel FitLinear(EncodedRows train) => (_plan.Encoder.Target, _plan.Spec.Training.Quantile) switch
    {
        (ClassTarget target, _) => LinearModel.FitClasses(
            train.Features, train.Rows, train.Width, Array.ConvertAll(train.Targets, index => (int)index), target.Outputs,
            _plan.RowWeightsOf(_plan.Split.Train), _cancellationToken),
        (_, { } quantile) => LinearModel.FitQuantile(
            train.Features, train.Rows, train.Width, train.Targets, quantile, _plan.RowWeightsOf(_plan.Split.Train), _cancellationToken),
        _ => LinearModel.FitRegression(
            train.Features, train.Rows, train.Width, train.Targets, _plan.RowWeightsOf(_plan.Split.Train), _cancellationToken),
    };

    private double[] ActualValues(int[] rows)
    {
        var values = ((NumberColumn)_plan.TargetColumn).Values;
        return Array.ConvertAll(rows, row => values[row]);
    }
}
