using Velodrome.Training.Evaluation;
using Velodrome.Training.Fitting;
using Velodrome.Training.Models;
using Velodrome.Training.Verdicts;

namespace Velodrome.Training.Runs;

/// <summary>The result of a training, see <see cref="RunTraining"/>.</summary>
/// <param name="Result">How training ended, and the weights of the best epoch.</param>
/// <param name="State">The state after the last epoch, to continue from; null when training was cancelled or diverged.</param>
/// <param name="Model">Predicts with the weights of the best epoch; null when training diverged or had no best epoch.</param>
/// <param name="Evaluation">How good the model is; null without a model.</param>
/// <param name="Verdict">Whether the network learnt.</param>
public sealed record TrainedRun(
    TrainingResult Result, TrainerState? State, TrainedModel? Model, RunEvaluation? Evaluation, Verdict Verdict);
