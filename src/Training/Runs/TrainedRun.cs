using Velodrome.Training.Encoding;
using Velodrome.Training.Engines;
using Velodrome.Training.Evaluation;
using Velodrome.Training.Fitting;
using Velodrome.Training.Models;
using Velodrome.Training.Verdicts;

namespace Velodrome.Training.Runs;

/// <summary>Where an interrupted or continued run goes on from.</summary>
/// <param name="State">After the last epoch trained.</param>
/// <param name="History">Its epochs, from epoch 0 to that one.</param>
public sealed record TrainingStart(TrainerState State, IReadOnlyList<EpochMetrics> History);

/// <summary>What came of training.</summary>
/// <param name="Result">How training ended, and the best epoch's weights.</param>
/// <param name="State">After the last epoch, to go on from; null when training was cancelled within an epoch, or diverged.</param>
/// <param name="Model">Predicts with the best epoch's weights; null when training diverged, or never had a best epoch.</param>
/// <param name="Evaluation">How good the model is; null without one.</param>
/// <param name="Verdict">Whether the network learnt.</param>
public sealed record TrainedRun(TrainingResult Result, TrainerState? State, TrainedModel? Model, RunEvaluation? Evaluation, Verdict Verdict)
{
    /// <summary>Carries a plan out: train, keep the best weights, measure them, judge the curves.</summary>
    /// <param name="plan">What to train.</param>
    /// <param name="start">Where to go on from; null to start with the untrained network.</param>
    /// <param name="onEpoch">Receives every new epoch in order, see <see cref="Trainer.Fit"/>.</param>
    /// <param name="cancellationToken">Ends training within a batch.</param>
    /// <param name="maxThreads">Threads that the run may use while no other run trains in this process; null for the number of processors.
    /// The bits do not depend on it.</param>
    public static TrainedRun Of(
        RunPlan plan, TrainingStart? start, Action<EpochMetrics, Trainer> onEpoch, CancellationToken cancellationToken, int? maxThreads = null)
    {
        using var share = ActiveTrainings.Begin();
        using var engine = plan.CreateEngine(maxThreads ?? Environment.ProcessorCount);
        var (train, validation) = (plan.Encode(plan.Split.Train), plan.Encode(plan.Split.Validation));
        var trainer = new Trainer(engine, train, validation, plan.Spec.Training, plan.Spec.EarlyStopping, plan.LossScale);
        var history = new List<EpochMetrics>(start?.History ?? []);
        if (start is not null)
        {
            trainer.Resume(start.State);
        }

        var fit = trainer.Fit((epoch, current) =>
        {
            history.Add(epoch);
            onEpoch(epoch, current);
        }, cancellationToken);

        var state = fit.StopReason is StopReason.Diverged or StopReason.Cancelled ? null : trainer.Save();
        if (fit.StopReason == StopReason.Diverged || fit.BestEpoch == 0)
        {
            return new(fit, state, null, null, Judge(null));
        }

        var examination = new RunEvaluator(plan, train, validation, fit.BestWeights);
        return new(fit, state, examination.Model, examination.Evaluate(), Judge(state is null ? null : examination.RowLosses(LastOutputs(engine, validation))));

        Verdict Judge(RowLosses? rows) => Verdict.Judge(new Curves(
            history.ConvertAll(epoch => epoch.TrainLoss), history.ConvertAll(epoch => epoch.ValidationLoss), validation.Rows, fit.BestEpoch, fit.StopReason, rows));
    }

    private static float[] LastOutputs(IEngine engine, EncodedRows rows)
    {
        var outputs = new float[rows.Rows * engine.Outputs];
        engine.Predict(rows, outputs);
        return outputs;
    }
}
