using Velodrome.Training.Baselines;
using Velodrome.Training.Encoding;
using Velodrome.Training.Evaluation;
using Velodrome.Training.Intervals;
using Velodrome.Training.Losses;
using Velodrome.Training.Models;
using Velodrome.Training.Tables;
using Velodrome.Training.Verdicts;

namespace Velodrome.Training.Runs;

/// <summary>Measures a trained network once: on every part of the split, beside the baselines, row by row for the verdict.</summary>
internal sealed class RunEvaluator
{
    private readonly RunPlan _plan;
    private readonly EncodedRows _train;
    private readonly EncodedRows _validation;
    private readonly float[] _best;
    private readonly float[] _trivial;

    /// <param name="plan">What was trained.</param>
    /// <param name="train">Its training rows, encoded.</param>
    /// <param name="validation">Its validation rows, encoded.</param>
    /// <param name="weights">The best epoch's.</param>
    public RunEvaluator(RunPlan plan, EncodedRows train, EncodedRows validation, float[] weights)
    {
        (_plan, _train, _validation) = (plan, train, validation);
        var network = new TrainedModel(plan.Encoder, plan.Spec.Network, weights, interval: null);
        _best = network.Outputs(validation.Features, validation.Rows);
        _trivial = plan.Trivial().Outputs(validation.Rows);
        Model = plan.Encoder.Target is NumberTarget target
            ? new(plan.Encoder, plan.Spec.Network, weights, ConformalInterval.Calibrate(Array.ConvertAll(_best, target.Decode), Truth(plan.Split.Validation)))
            : network;
    }

    /// <summary>Predicts with those weights.</summary>
    public TrainedModel Model { get; }

    public RunEvaluation Evaluate()
    {
        var test = _plan.Split.Test;
        var testOutputs = test.Length > 0 ? Model.Outputs(_plan.Table, test) : [];
        var validation = Measure(_plan.Split.Validation, _best);
        return new(
            Measure(_plan.Split.Train, Model.Outputs(_train.Features, _train.Rows)), validation, test.Length > 0 ? Measure(test, testOutputs) : null,
            Baselines(validation.Loss),
            _plan.Encoder.Target is NumberTarget target ? IntervalQuality.Measure(Model.Interval!, Array.ConvertAll(testOutputs, target.Decode), Truth(test)) : null);
    }

    /// <summary>Losses of the validation rows with the best weights, the last ones, and the trivial answer.</summary>
    /// <param name="last">Outputs for the validation rows with the last epoch's weights.</param>
    public RowLosses RowLosses(float[] last) => new(LossesOf(_best), LossesOf(last), LossesOf(_trivial));

    private double[] LossesOf(float[] outputs) => Array.ConvertAll(Loss.PerRow(_plan.Spec.Training.Loss, outputs, _validation), loss => loss * _plan.LossScale);

    private Metrics Measure(int[] rows, float[] outputs) => RunEvaluation.Measure(_plan, rows, outputs);

    private Dictionary<string, BaselineResult> Baselines(double networkLoss)
    {
        var (name, words) = _plan.Encoder.Target is ClassTarget ? ("majority", "the most frequent class") : ("mean", $"the mean of '{_plan.Spec.Target}'");
        var results = new Dictionary<string, BaselineResult> { [name] = BaselineResult.Compare(words, Measure(_plan.Split.Validation, _trivial), networkLoss) };
        if (_train.Width <= LinearModel.MaxWidth)
        {
            var outputs = Linear().Outputs(_validation.Features, _validation.Rows);
            results["linear"] = BaselineResult.Compare("a linear model", Measure(_plan.Split.Validation, outputs), networkLoss);
        }

        return results;
    }

    private LinearModel Linear() => _plan.Encoder.Target is ClassTarget classes
        ? LinearModel.FitClasses(_train.Features, _train.Rows, _train.Width, Array.ConvertAll(_train.Targets, index => (int)index), classes.Outputs)
        : LinearModel.FitRegression(_train.Features, _train.Rows, _train.Width, _train.Targets);

    private double[] Truth(int[] rows)
    {
        var values = ((NumberColumn)_plan.Table.Find(_plan.Spec.Target)!).Values;
        return Array.ConvertAll(rows, row => values[row]);
    }
}
