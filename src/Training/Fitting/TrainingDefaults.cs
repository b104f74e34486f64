using System.Numerics;
using Velodrome.Training.Encoding;
using Velodrome.Training.Losses;

namespace Velodrome.Training.Fitting;

/// <summary>Fills in what a request leaves out about training, and refuses what would be ignored.</summary>
public static class TrainingDefaults
{
    /// <param name="options">As asked for.</param>
    /// <param name="target">What is learnt, fitted on the training rows.</param>
    /// <param name="trainTargets">Encoded targets of the training rows.</param>
    /// <exception cref="RefusedException"><c>notApplicable</c>, <c>unknownClass</c>, <c>outOfRange</c>.</exception>
    public static TrainingSpec Resolve(this TrainingOptions options, TargetEncoding target, float[] trainTargets) => new()
    {
        Epochs = options.Epochs,
        BatchSize = options.BatchSize ?? (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(trainTargets.Length / 40, 4, 256)),
        Optimizer = options.Optimizer,
        LearningRate = options.LearningRate ?? LearningRate(options.Optimizer, trainTargets.Length),
        Momentum = Momentum(options),
        WeightDecay = options.WeightDecay ?? Math.Min(0.02, 4.0 / trainTargets.Length),
        Loss = LossOf(options.Loss, target),
        ClassWeights = ClassWeights(options, target, trainTargets),
        Seed = options.Seed,
        Priority = options.Priority,
    };

    /// <summary>A table of a few rows has a step or two an epoch, which must be larger; rounded, to be read.</summary>
    private static double LearningRate(OptimizerKind optimizer, int rows) => optimizer switch
    {
        OptimizerKind.Sgd => 0.01,
        OptimizerKind.RmsProp => 0.003,
        _ => Math.Round(Math.Clamp(0.03 / Math.Sqrt(rows), 0.003, 0.01), 4),
    };

    private static double? Momentum(TrainingOptions options) => options switch
    {
        { Optimizer: OptimizerKind.Sgd } => options.Momentum ?? 0.9,
        { Momentum: null } => null,
        _ => throw new RefusedException("notApplicable", "training.momentum",
            "Only sgd has a momentum of its own; it would be ignored for this optimizer. Leave it out, or send \"optimizer\": \"sgd\"."),
    };

    private static LossKind LossOf(LossKind? asked, TargetEncoding target)
    {
        var isClasses = target is ClassTarget;
        var loss = asked ?? (isClasses ? LossKind.CrossEntropy : LossKind.Mse);
        return isClasses == (loss == LossKind.CrossEntropy) ? loss : throw new RefusedException("notApplicable", "training.loss", isClasses
            ? $"'{target.Name}' is learnt as classes, and this loss is for numbers. Leave it out, or send \"loss\": \"crossEntropy\"."
            : $"'{target.Name}' is learnt as a number, and crossEntropy is for classes. Send \"loss\": \"mse\", \"mae\" or \"huber\".");
    }

    private static Dictionary<string, double>? ClassWeights(TrainingOptions options, TargetEncoding target, float[] trainTargets)
    {
        if (!options.BalanceClasses && options.ClassWeights is null)
        {
            return null;
        }

        var field = options.BalanceClasses ? "training.balanceClasses" : "training.classWeights";
        if (target is not ClassTarget { Classes: var classes })
        {
            throw new RefusedException("notApplicable", field, $"'{target.Name}' is learnt as a number, and numbers have no classes to weigh. Leave it out.");
        }

        if (options is { BalanceClasses: true, ClassWeights: not null })
        {
            throw new RefusedException("notApplicable", "training.classWeights", "With balanceClasses the weights follow from the data, and these would be ignored. Send one of the two.");
        }

        if (options.BalanceClasses)
        {
            var counts = trainTargets.CountBy(index => (int)index).ToDictionary();
            return Enumerable.Range(0, classes.Count).ToDictionary(index => classes[index], index => (double)trainTargets.Length / classes.Count / counts[index]);
        }

        foreach (var (name, weight) in options.ClassWeights!)
        {
            if (!classes.Contains(name))
            {
                throw new RefusedException("unknownClass", $"{field}.{name}",
                    $"No training row has the class '{name}'.{NearestName.Suggestion(name, classes)} The classes are {string.Join(", ", classes.Take(50))}.");
            }

            if (weight is not (>= 1e-9 and <= 1e9))
            {
                throw new RefusedException("outOfRange", $"{field}.{name}", $"The weight of a class must be between 1e-9 and 1e9. It is {weight}.");
            }
        }

        return classes.ToDictionary(name => name, name => options.ClassWeights.GetValueOrDefault(name, 1));
    }
}
