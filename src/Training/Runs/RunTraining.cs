using Velodrome.Training.Encoding;
using Velodrome.Training.Engines;
using Velodrome.Training.Fitting;
using Velodrome.Training.Models;
using Velodrome.Training.Verdicts;

namespace Velodrome.Training.Runs;

/// <summary>The point from which an interrupted or continued run resumes.</summary>
/// <param name="State">The state after the last epoch trained.</param>
/// <param name="History">The epochs from epoch 0 to that one.</param>
public sealed record TrainingStart(TrainerState State, IReadOnlyList<EpochMetrics> History);

/// <summary>Trains a run.</summary>
public static class RunTraining
{
    /// <summary>Trains the plan's networks on any number of threads, keeps the weights of the best epoch, evaluates them, and judges the
    /// curves.</summary>
    /// <param name="plan">What to train.</param>
    /// <param name="start">Where to resume; null to start with the untrained network.</param>
    /// <param name="onEpoch">Receives every new epoch in order, see <see cref="Trainer.Fit"/>.</param>
    /// <param name="cancellationToken">Ends training within a batch, or within a layer of a large one; what was trained until then is
    /// evaluated.</param>
    /// <exception cref="OperationCanceledException">Cancelled before epoch 0 was measured: there is nothing to keep.</exception>
    public static TrainedRun Train(
        this RunPlan plan, TrainingStart? start, Action<EpochMetrics, Trainer> onEpoch, CancellationToken cancellationToken) =>
        plan.Train(start, onEpoch, Environment.ProcessorCount, CancellationToken.None, cancellationToken);

    /// <inheritdoc cref="Train(RunPlan, TrainingStart?, Action{EpochMetrics, Trainer}, CancellationToken)"/>
    /// <param name="plan">What to train.</param>
    /// <param name="start">Where to resume; null to start with the untrained network.</param>
    /// <param name="onEpoch">Receives every new epoch in order, see <see cref="Trainer.Fit"/>.</param>
    /// <param name="maxThreads">Largest number of threads that train. The result has the same bits for any number.</param>
    /// <param name="evaluationToken">Ends the evaluation: the run counts as cancelled, and has a model without evaluation and prediction
    /// interval.</param>
    /// <param name="cancellationToken">Ends training within a batch, or within a layer of a large one.</param>
    public static TrainedRun Train(
        this RunPlan plan, TrainingStart? start, Action<EpochMetrics, Trainer> onEpoch, int maxThreads,
        CancellationToken evaluationToken, CancellationToken cancellationToken)
    {
        using var active = ActiveTrainings.Begin();
        try
        {
            using var ensemble = plan.CreateEnsemble(maxThreads, cancellationToken);
            var train = plan.Encode(plan.Split.Train, cancellationToken);
            var validation = plan.Encode(plan.Split.Validation, cancellationToken);
            return plan.TrainAndEvaluate(ensemble, train, validation, start, onEpoch, cancellationToken, evaluationToken);
        }
        catch (OperationCanceledException) when (start is not null && cancellationToken.IsCancellationRequested)
        {
            var state = start.State;
            return plan.WithoutEvaluation(
                new(StopReason.Cancelled, state.Epoch, state.BestEpoch, state.BestLoss, state.BestWeights), state: null, start.History);
        }
    }

    private static TrainedRun TrainAndEvaluate(
        this RunPlan plan, Ensemble ensemble, EncodedRows train, EncodedRows validation, TrainingStart? start,
        Action<EpochMetrics, Trainer> onEpoch, CancellationToken cancellationToken, CancellationToken evaluationToken)
    {
        var trainer = new Trainer(ensemble, train, validation, plan.Spec.Training, plan.Spec.EarlyStopping, plan.LossScale);
        var history = new List<EpochMetrics>(start?.History ?? []);
        if (start is not null)
        {
            trainer.Resume(start.State);
        }

        var result = trainer.Fit((epoch, current) =>
        {
            history.Add(epoch with { Members = null }); // the verdict needs none of them
            onEpoch(epoch, current);
        }, cancellationToken);
        if (history.Count == 0)
        {
            throw new OperationCanceledException(cancellationToken);
        }

        var state = result.StopReason is StopReason.Diverged or StopReason.Cancelled ? null : trainer.Save();
        if (result.StopReason == StopReason.Diverged || result.BestEpoch == 0)
        {
            return new(result, state, Model: null, Evaluation: null, plan.Judge(result, history, rows: null));
        }

        try
        {
            var evaluator = new RunEvaluator(plan, train, validation, result.BestWeights, evaluationToken);
            var rowLosses = state is null ? null : evaluator.RowLosses(ensemble.Predict(validation, evaluationToken));
            return new(result, state, evaluator.Model, evaluator.Evaluate(), plan.Judge(result, history, rowLosses));
        }
        catch (OperationCanceledException) when (evaluationToken.IsCancellationRequested)
        {
            return plan.WithoutEvaluation(result with { StopReason = StopReason.Cancelled }, state, history);
        }
    }

    private static TrainedRun WithoutEvaluation(
        this RunPlan plan, TrainingResult result, TrainerState? state, IReadOnlyList<EpochMetrics> history)
    {
        var model = result.BestEpoch == 0 ? null
            : new TrainedModel(plan.Encoder, plan.Spec.Network, result.BestWeights, interval: null);
        return new(result, state, model, Evaluation: null, plan.Judge(result, history, rows: null));
    }

    private static Verdict Judge(this RunPlan plan, TrainingResult result, IReadOnlyList<EpochMetrics> history, RowLosses? rows) =>
        Verdict.Judge(new Curves(
            [.. history.Select(epoch => epoch.TrainLoss)], [.. history.Select(epoch => epoch.ValidationLoss)],
            [.. history.Select(epoch => epoch.LearningRate)],
            plan.Split.Validation.Length, result.BestEpoch, result.StopReason, rows));
}
