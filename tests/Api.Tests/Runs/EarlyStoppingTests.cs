using Velodrome.Api.Runs;
using Velodrome.Data.Runs;
using Velodrome.Training;
using Velodrome.Training.Engines;
using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;

namespace Velodrome.Api.Tests.Runs;

public sealed class EarlyStoppingTests
{
    [Theory]
    [InlineData(RunStatus.Queued, null, null, null, "Training has not started yet.")]
    [InlineData(RunStatus.Running, null, 7, 6, "Training is running: epoch 7 of at most 50.")]
    [InlineData(RunStatus.Succeeded, StopReason.Patience, 41, 31,
        "Training stopped early after epoch 41: the validation loss had not improved for 10 epochs. The weights of epoch 31 were kept.")]
    [InlineData(RunStatus.Succeeded, StopReason.MaxEpochs, 50, 48,
        "Training completed all 50 epochs. The weights of epoch 48, which has the lowest validation loss, were kept.")]
    [InlineData(RunStatus.Cancelled, StopReason.Cancelled, 9, 8,
        "Training was cancelled after epoch 9. The weights of epoch 8, which has the lowest validation loss, were kept.")]
    [InlineData(RunStatus.Cancelled, StopReason.Cancelled, null, null,
        "The run was cancelled before its first epoch. No weights were kept.")]
    [InlineData(RunStatus.Failed, StopReason.Diverged, 3, null,
        "Training ended in epoch 3: the loss was no longer a finite number. No weights were kept.")]
    [InlineData(RunStatus.Failed, null, 3, 2, "Training failed. The run's error says why.")]
    public void The_sentence_says_how_far_training_came_and_what_was_kept(
        RunStatus status, StopReason? reason, int? lastEpoch, int? bestEpoch, string sentence) =>
        Assert.Equal(sentence, EarlyStoppingResponse.From(RunThatEnded(status, reason, lastEpoch, bestEpoch)).Sentence);

    [Theory]
    [InlineData(RunStatus.Running, 7, null, null)]
    [InlineData(RunStatus.Succeeded, 41, 41, 9)]
    public void Epochs_are_saved_once_the_run_has_ended(RunStatus status, int lastEpoch, int? stoppedEpoch, int? epochsSaved)
    {
        var response = EarlyStoppingResponse.From(RunThatEnded(status, StopReason.Patience, lastEpoch, bestEpoch: 5));

        Assert.Equal((stoppedEpoch, epochsSaved), (response.StoppedEpoch, response.EpochsSaved));
    }

    [Theory]
    [InlineData(StopReason.Cancelled, 9, 8, 20, 0, "Training was cancelled after epoch 9. It ended before startFromEpoch (20), so every " +
        "epoch counted. The weights of epoch 8, which has the lowest validation loss, were kept.")]
    [InlineData(StopReason.MaxEpochs, 50, 50, 50, 0,
        "Training completed all 50 epochs. The weights of epoch 50, which has the lowest validation loss from epoch 50 on, were kept.")]
    [InlineData(StopReason.MaxEpochs, 50, 40, 0, 0.5, "Training completed all 50 epochs. " +
        "The weights of epoch 40, the last that improved the validation loss by more than minDelta, were kept.")]
    public void The_sentence_says_which_epochs_counted(
        StopReason reason, int lastEpoch, int bestEpoch, int startFromEpoch, double minDelta, string sentence)
    {
        var run = RunThatEnded(RunStatus.Succeeded, reason, lastEpoch, bestEpoch,
            new() { Patience = 10, StartFromEpoch = startFromEpoch, MinDelta = minDelta });

        Assert.Equal(sentence, EarlyStoppingResponse.From(run).Sentence);
    }

    private static Run RunThatEnded(
        RunStatus status, StopReason? reason, int? lastEpoch, int? bestEpoch, EarlyStoppingOptions? earlyStopping = null) => new()
        {
            Name = "lesson",
            DatasetId = 1,
            Spec = new()
            {
                Dataset = "study-hours",
                Target = "score",
                Task = LearningTask.Regression,
                Features = ["hours"],
                Validation = new() { Split = SplitKind.Last, Fraction = 0.25 },
                Network = new(),
                Training = new() { Epochs = 50, BatchSize = 8, Optimizer = OptimizerKind.Adam, LearningRate = 0.01, Loss = LossKind.Mse },
                EarlyStopping = earlyStopping ?? new() { Patience = 10 },
                Engine = EngineKind.Simd,
            },
            Split = new(6, 2, 0, "", Classes: null),
            Warnings = [],
            CreatedAt = 0,
            Status = status,
            StopReason = reason,
            FinishedAt = status is RunStatus.Queued or RunStatus.Running ? null : 1,
            LastEpoch = lastEpoch,
            BestEpoch = bestEpoch,
            WeightsSha256 = bestEpoch is null || status == RunStatus.Running ? null : new string('0', 64),
        };
}
