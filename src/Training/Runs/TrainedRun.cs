using Velodrome.Training.Evaluation;
using Velodrome.Training.Fitting;
using Velodrome.Training.Models;

namespace Velodrome.Training.Runs;

/// <summary>What came of training.</summary>
/// <param name="Fit">How training ended, and the best epoch's weights.</param>
/// <param name="Model">Predicts with those weights; null when training diverged.</param>
/// <param name="Evaluation">How good it is; null when training diverged.</param>
public sealed record TrainedRun(FitResult Fit, TrainedModel? Model, RunEvaluation? Evaluation)
{
    /// <summary>Carries a plan out: train, keep the best weights, evaluate them.</summary>
    /// <param name="plan">What to train.</param>
    /// <param name="onEpoch">Receives every epoch in order, see <see cref="Trainer.Fit"/>.</param>
    /// <param name="ct">Ends training within a batch.</param>
    /// <exception cref="OperationCanceledException">It was asked to end.</exception>
    public static TrainedRun Of(RunPlan plan, Action<EpochMetrics, EarlyStopping> onEpoch, CancellationToken ct)
    {
        using var engine = plan.CreateEngine();
        var train = plan.Encoder.Encode(plan.Table, plan.Split.Train);
        var validation = plan.Encoder.Encode(plan.Table, plan.Split.Validation);
        var fit = new Trainer(engine, train, validation, plan.Spec.Training, plan.Spec.EarlyStopping, plan.LossScale).Fit(onEpoch, ct);
        if (fit.StopReason == StopReason.Diverged)
        {
            return new(fit, null, null);
        }

        var model = new TrainedModel(plan.Encoder, plan.Spec.Network, fit.BestWeights);
        return new(fit, model, RunEvaluation.Of(plan, model));
    }
}
