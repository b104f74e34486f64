using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;

namespace Velodrome.Training.Tests.Fitting;

public class TrainingOptionsTests
{
    [Theory]
    [InlineData(2, 4)]
    [InlineData(199, 4)]
    [InlineData(200, 8)]
    [InlineData(320, 8)]
    [InlineData(360, 16)]
    [InlineData(43_152, 256)]
    [InlineData(10_000_000, 256)]
    public void The_default_batch_is_a_fortieth_of_the_training_rows_as_a_power_of_two(int trainRows, int batch) =>
        Assert.Equal(batch, new TrainingOptions().Resolve(trainRows).BatchSize);

    [Theory]
    [InlineData(OptimizerKind.Adam, 0.01, null)]
    [InlineData(OptimizerKind.AdamW, 0.01, null)]
    [InlineData(OptimizerKind.Sgd, 0.01, 0.9)]
    [InlineData(OptimizerKind.RmsProp, 0.003, null)]
    public void Every_optimizer_has_its_defaults(OptimizerKind optimizer, double learningRate, double? momentum)
    {
        var spec = new TrainingOptions { Optimizer = optimizer }.Resolve(100);

        Assert.Equal((learningRate, momentum, 0.0, LossKind.Mse), (spec.LearningRate, spec.Momentum, spec.WeightDecay, spec.Loss));
    }

    [Fact]
    public void What_was_asked_for_stays()
    {
        var spec = new TrainingOptions
        {
            Epochs = 7,
            BatchSize = 3,
            Optimizer = OptimizerKind.Sgd,
            LearningRate = 0.5,
            Momentum = 0,
            WeightDecay = 0.25,
            Loss = LossKind.Huber,
            Seed = 9,
        }.Resolve(100_000);

        Assert.Equal(new TrainingSpec
        {
            Epochs = 7,
            BatchSize = 3,
            Optimizer = OptimizerKind.Sgd,
            LearningRate = 0.5,
            Momentum = 0,
            WeightDecay = 0.25,
            Loss = LossKind.Huber,
            Seed = 9,
        }, spec);
    }

    [Theory]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.AdamW)]
    [InlineData(OptimizerKind.RmsProp)]
    public void Momentum_is_refused_where_it_would_be_ignored(OptimizerKind optimizer)
    {
        var fault = Sample.Refusal(() => new TrainingOptions { Optimizer = optimizer, Momentum = 0.9 }.Resolve(100));

        Assert.Equal(("notApplicable", "training.momentum"), (fault.Code, fault.Field));
    }
}
