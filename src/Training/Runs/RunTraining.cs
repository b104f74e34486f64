using Velodrome.Training.Engines;
using Velodrome.Training.Encoding;
using Velodrome.Training.Fitting;
using Velodrome.Training.Verdicts;

namespace Velodrome.Training.Runs;

/// <summary>Where an interrupted or continued run resumes.</summary>
/// <param name="State">The state after the last epoch trained.</param>
/// <param name="History">The epochs from epoch 0 to that one.</param>
public sealed record TrainingStart(TrainerState State, IReadOnlyList<EpochMetrics> History);

/// <summary>Trains a run.</summary>
public static class RunTraining
{
    /// <summary>Trains the plan's network, keeps the weights of the best epoch, evaluates them, and judges the curves.</summary>
    /// <param name="plan">What to train.</param>
    /// <param name="start">Where to resume; null to start with the untrained network.</param>
    /// <param name="onEpoch">Receives every new epoch in order, see <see cref="Trainer.Fit"/>.</param>
    /// <param name="cancellationToken">Ends training within a batch; what was trained until then is evaluated.</param>
    /// <param name="maxThreads">Largest number of threads that train; null for one per processor. The result has the same bits for
    /// any number.</param>
    public static TrainedRun Train(
        this RunPlan plan, TrainingStart? start, Action<EpochMetrics, Trainer> onEpoch, CancellationToken cancellationToken,
        int? maxThreads = null)
    {
        using var active = ActiveTrainings.Begin();
        using var engine = plan.CreateEngine(maxThreads ?? Environment.ProcessorCount);
        var (train, validation) = (plan.Encode(plan.Split.Train), plan.Encode(plan.Split.Validation));
        var trainer = new Trainer(engine, train, validation, plan.Spec.Training, plan.Spec.EarlyStopping, plan.LossScale);
        var history = new List<EpochMetrics>(start?.History ?? []);
        if (start is not null)
        {
            trainer.Resume(start.State);
        }

        var result = trainer.Fit((epoch, current) =>
        {
            history.Add(epoch);
            onEpoch(epoch, current);
        }, cancellationToken);

        var state = result.StopReason is StopReason.Diverged or StopReason.Cancelled ? null : trainer.Save();
        if (result.StopReason == StopReason.Diverged || result.BestEpoch == 0)
        {
            return new(result, state, Model: null, Evaluation: null, Judge(rows: null));
        }

        var evaluator = new RunEvaluator(plan, train, validation, result.BestWeights);
        var rowLosses = state is null ? null : evaluator.RowLosses(LastOutputs(engine, validation));
        return new(result, state, evaluator.Model, evaluator.Evaluate(), Judge(rowLosses));

        Verdict Judge(RowLosses? rows) => Verdict.Judge(new Curves(
            history.ConvertAll(epoch => epoch.TrainLoss), history.ConvertAll(epoch => epoch.ValidationLoss),
            validation.Rows, result.BestEpoch, result.StopReason, rows));
    }

    private static float[] LastOutputs(IEngine engine, EncodedRows rows)
    {
        var outputs = new float[rows.Rows * engine.Outputs];
        engine.Predict(rows, outputs);
        return outputs;
    }
}
