using Velodrome.Training.Encoding;
using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Fitting;

public class TrainingDefaultsTests
{
    private static readonly NumberTarget Number = new("score", 0, 1);
    private static readonly ClassTarget Sorts = new("sort", ["ham", "spam", "eggs"], ColumnKind.Category);

    /// <summary>Six rows of ham, three of spam, one of eggs.</summary>
    private static readonly float[] SortsOfRows = [0, 0, 1, 0, 2, 0, 1, 1, 0, 0];

    [Theory]
    [InlineData(2, 4)]
    [InlineData(199, 4)]
    [InlineData(200, 8)]
    [InlineData(320, 8)]
    [InlineData(360, 16)]
    [InlineData(43_152, 256)]
    [InlineData(10_000_000, 256)]
    public void The_default_batch_is_a_fortieth_of_the_training_rows_rounded_up_to_a_power_of_two(int trainRows, int batch) =>
        Assert.Equal(batch, new TrainingOptions().Resolve(Number, new float[trainRows]).BatchSize);

    [Theory]
    [InlineData(OptimizerKind.Adam, 0.003, null)]
    [InlineData(OptimizerKind.AdamW, 0.003, null)]
    [InlineData(OptimizerKind.Sgd, 0.01, 0.9)]
    [InlineData(OptimizerKind.RmsProp, 0.003, null)]
    public void Every_optimizer_has_its_defaults(OptimizerKind optimizer, double learningRate, double? momentum)
    {
        var spec = new TrainingOptions { Optimizer = optimizer }.Resolve(Number, new float[100]);

        Assert.Equal((learningRate, momentum, 0.02, LossKind.Mse), (spec.LearningRate, spec.Momentum, spec.WeightDecay, spec.Loss));
    }

    [Theory]
    [InlineData(2, 0.01)]
    [InlineData(9, 0.01)]
    [InlineData(25, 0.006)]
    [InlineData(70, 0.0036)]
    [InlineData(100, 0.003)]
    [InlineData(10_000_000, 0.003)]
    public void The_default_rate_of_adam_falls_with_the_square_root_of_the_training_rows(int trainRows, double rate) =>
        Assert.Equal(
            rate, new TrainingOptions { Schedule = ScheduleKind.Constant }.Resolve(Number, new float[trainRows]).LearningRate);

    [Theory]
    [InlineData(299, null, false, ScheduleKind.Constant, 0.003)]
    [InlineData(300, null, false, ScheduleKind.Cosine, 0.006)]
    [InlineData(300, null, true, ScheduleKind.Constant, 0.003)]
    [InlineData(300, 0.02, false, ScheduleKind.Constant, 0.02)]
    public void The_default_schedule_is_cosine_with_twice_the_rate_if_neither_the_rate_nor_early_stopping_is_named(
        int trainRows, double? learningRate, bool namesEarlyStopping, ScheduleKind schedule, double rate)
    {
        var spec = new TrainingOptions { LearningRate = learningRate }.Resolve(Number, new float[trainRows], namesEarlyStopping);

        Assert.Equal((schedule, rate, null), (spec.Schedule, spec.LearningRate, spec.WarmupFraction));
    }

    [Theory]
    [InlineData(ScheduleKind.Constant, 0.003)]
    [InlineData(ScheduleKind.Cosine, 0.006)]
    [InlineData(ScheduleKind.WarmupCosine, 0.006)]
    [InlineData(ScheduleKind.Coslog4, 0.006)]
    public void A_schedule_that_is_named_is_kept(ScheduleKind schedule, double rate)
    {
        var spec = new TrainingOptions { Schedule = schedule }.Resolve(Number, new float[100], namesEarlyStopping: true);

        Assert.Equal((schedule, rate), (spec.Schedule, spec.LearningRate));
        Assert.Equal(schedule == ScheduleKind.WarmupCosine ? 0.05 : null, spec.WarmupFraction);
    }

    [Theory]
    [InlineData(ScheduleKind.Auto)]
    [InlineData(ScheduleKind.Constant)]
    [InlineData(ScheduleKind.Cosine)]
    [InlineData(ScheduleKind.Coslog4)]
    public void A_warmup_is_refused_where_it_would_be_ignored(ScheduleKind schedule)
    {
        var fault = Sample.Refusal(
            () => new TrainingOptions { Schedule = schedule, WarmupFraction = 0.05 }.Resolve(Number, new float[1000]));

        Assert.Equal(("notApplicable", "training.warmupFraction"), (fault.Code, fault.Field));
    }

    [Fact]
    public void The_quantile_is_the_median_by_default_and_refused_for_other_losses()
    {
        Assert.Equal(0.5, new TrainingOptions { Loss = LossKind.Quantile }.Resolve(Number, new float[9]).Quantile);
        Assert.Equal(0.9, new TrainingOptions { Loss = LossKind.Quantile, Quantile = 0.9 }.Resolve(Number, new float[9]).Quantile);
        Assert.Null(new TrainingOptions().Resolve(Number, new float[9]).Quantile);

        Assert.All([null, LossKind.Mse, LossKind.Mae, LossKind.Huber], (LossKind? loss) =>
        {
            var fault = Sample.Refusal(() => new TrainingOptions { Loss = loss, Quantile = 0.9 }.Resolve(Number, new float[9]));
            Assert.Equal(("notApplicable", "training.quantile"), (fault.Code, fault.Field));
        });
    }

    [Theory]
    [InlineData(2, 0.02)]
    [InlineData(200, 0.02)]
    [InlineData(400, 0.01)]
    [InlineData(10_000_000, 4e-7)]
    public void The_default_weight_decay_is_4_divided_by_the_training_rows_and_at_most_a_fiftieth(int trainRows, double decay)
    {
        Assert.Equal(decay, new TrainingOptions().Resolve(Number, new float[trainRows]).WeightDecay, 1e-18);
        Assert.Equal(0, new TrainingOptions { WeightDecay = 0 }.Resolve(Number, new float[trainRows]).WeightDecay);
    }

    [Fact]
    public void Requested_settings_are_kept()
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
        }.Resolve(Number, new float[100_000]);

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
        var fault = Sample.Refusal(() => new TrainingOptions { Optimizer = optimizer, Momentum = 0.9 }.Resolve(Number, new float[100]));

        Assert.Equal(("notApplicable", "training.momentum"), (fault.Code, fault.Field));
    }

    [Fact]
    public void Classes_are_trained_with_cross_entropy_and_without_weights()
    {
        var spec = new TrainingOptions().Resolve(Sorts, SortsOfRows);

        Assert.Equal(LossKind.CrossEntropy, spec.Loss);
        Assert.Null(spec.ClassWeights);
    }

    /// <summary>sklearn.utils.class_weight.compute_class_weight("balanced", ...) of scikit-learn 1.2.1.</summary>
    [Fact]
    public void Balanced_classes_have_the_same_total_weight()
    {
        var weights = new TrainingOptions { BalanceClasses = true }.Resolve(Sorts, SortsOfRows).ClassWeights!;

        Assert.Equal(["ham", "spam", "eggs"], weights.Keys);
        Assert.Equal(0.5555555555555556, weights["ham"], 1e-15);
        Assert.Equal(1.1111111111111112, weights["spam"], 1e-15);
        Assert.Equal(3.3333333333333335, weights["eggs"], 1e-15);
    }

    [Fact]
    public void Classes_whose_weight_is_left_out_have_weight_1()
    {
        var requested = new Dictionary<string, double> { ["eggs"] = 1000, ["ham"] = 0.001 };

        var weights = new TrainingOptions { ClassWeights = requested }.Resolve(Sorts, SortsOfRows).ClassWeights!;

        Assert.Equal([new("ham", 0.001), new("spam", 1), new("eggs", 1000)], weights);
        var none = new TrainingOptions { ClassWeights = new Dictionary<string, double>() };
        Assert.Equal([1.0, 1, 1], none.Resolve(Sorts, SortsOfRows).ClassWeights!.Values);
    }

    private static Dictionary<string, double> Weight(string name, double weight) => new() { [name] = weight };

    public static TheoryData<string, TrainingOptions, string, string, string> WrongForClasses => new()
    {
        {
            "an unknown class", new() { ClassWeights = Weight("spamm", 2) }, "unknownClass", "training.classWeights.spamm",
            "Did you mean 'spam'? The classes are ham, spam, eggs."
        },
        {
            "a class in another case", new() { ClassWeights = Weight("Ham", 2) }, "unknownClass", "training.classWeights.Ham",
            "Did you mean 'ham'?"
        },
        { "weight 0", new() { ClassWeights = Weight("ham", 0) }, "outOfRange", "training.classWeights.ham", "between 1e-9 and 1e9" },
        { "too small a weight", new() { ClassWeights = Weight("ham", 1e-10) }, "outOfRange", "training.classWeights.ham", "It is 1E-10." },
        {
            "too large a weight", new() { ClassWeights = Weight("ham", 2e9) }, "outOfRange", "training.classWeights.ham",
            "It is 2000000000."
        },
        { "a negative weight", new() { ClassWeights = Weight("ham", -1) }, "outOfRange", "training.classWeights.ham", "It is -1." },
        { "a weight of NaN", new() { ClassWeights = Weight("ham", double.NaN) }, "outOfRange", "training.classWeights.ham", "NaN" },
        {
            "two kinds of weights", new() { BalanceClasses = true, ClassWeights = Weight("ham", 2) },
            "notApplicable", "training.classWeights", "Send only one of the two."
        },
        {
            "mse", new() { Loss = LossKind.Mse }, "notApplicable", "training.loss",
            "'sort' is predicted as a class, and mse is a loss for numbers. Leave it out, or send \"loss\": \"crossEntropy\"."
        },
        {
            "huber", new() { Loss = LossKind.Huber }, "notApplicable", "training.loss",
            "'sort' is predicted as a class, and huber is a loss for numbers."
        },
    };

    [Theory]
    [MemberData(nameof(WrongForClasses))]
    public void Settings_that_are_wrong_for_classes_are_refused(
        string name, TrainingOptions options, string code, string field, string message)
    {
        var fault = Sample.Refusal(() => options.Resolve(Sorts, SortsOfRows));

        Assert.Equal((name, code, field), (name, fault.Code, fault.Field));
        Assert.Contains(message, fault.Message);
    }

    public static TheoryData<TrainingOptions, string> WrongForNumbers => new()
    {
        { new() { Loss = LossKind.CrossEntropy }, "training.loss" },
        { new() { BalanceClasses = true }, "training.balanceClasses" },
        { new() { ClassWeights = Weight("ham", 2) }, "training.classWeights" },
        { new() { ClassWeights = new Dictionary<string, double>() }, "training.classWeights" },
    };

    [Theory]
    [MemberData(nameof(WrongForNumbers))]
    public void Settings_for_classes_are_refused_for_numbers(TrainingOptions options, string field)
    {
        var fault = Sample.Refusal(() => options.Resolve(Number, new float[100]));

        Assert.Equal(("notApplicable", field), (fault.Code, fault.Field));
        Assert.Contains("'score' is predicted as a number", fault.Message);
    }
}
