using System.Numerics;
using System.Text.Json;
using Velodrome.Training.Encoding;
using Velodrome.Training.Losses;

namespace Velodrome.Training.Fitting;

/// <summary>Fills in the training settings that a request leaves out, and refuses settings that would be ignored.</summary>
public static class TrainingDefaults
{
    /// <summary>Training rows from which the schedule is cosine by default. So small a table as that of the lesson stays plain.</summary>
    private const int MinRowsForCosine = 300;

    /// <summary>Resolves the options of a request.</summary>
    /// <param name="options">The request's options.</param>
    /// <param name="target">The target's encoding, fitted on the training rows.</param>
    /// <param name="trainTargets">[training rows]: their encoded targets.</param>
    /// <param name="namesEarlyStopping">Whether the request says when training stops early, or that it never does.</param>
    /// <exception cref="RefusedException"><c>notApplicable</c>: a setting would be ignored; <c>unknownClass</c>, <c>outOfRange</c>: a class
    /// weight is wrong.</exception>
    public static TrainingSpec Resolve(
        this TrainingOptions options, TargetEncoding target, float[] trainTargets, bool namesEarlyStopping = false)
    {
        var schedule = Schedule(options, namesEarlyStopping, trainTargets.Length);
        var loss = LossOf(options.Loss, target);
        return new()
        {
            Epochs = options.Epochs,
            BatchSize = options.BatchSize ?? (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(trainTargets.Length / 40, 4, 256)),
            Optimizer = options.Optimizer,
            LearningRate = options.LearningRate ?? LearningRate(options.Optimizer, schedule, trainTargets.Length),
            Schedule = schedule,
            WarmupFraction = WarmupFraction(options, schedule),
            Momentum = Momentum(options),
            WeightDecay = options.WeightDecay ?? Math.Min(0.02, 4.0 / trainTargets.Length),
            Loss = loss,
            Quantile = Quantile(options, loss),
            ClassWeights = ClassWeights(options, target, trainTargets),
            Seed = options.Seed,
            Members = options.Members ?? 1,
            Priority = options.Priority,
        };
    }

    /// <summary>A request that names the rate or early stopping gets a constant rate. The others get what is best on most tables.</summary>
    private static ScheduleKind Schedule(TrainingOptions options, bool namesEarlyStopping, int rows) => options switch
    {
        { Schedule: not ScheduleKind.Auto } => options.Schedule,
        { LearningRate: null } when !namesEarlyStopping && rows >= MinRowsForCosine => ScheduleKind.Cosine,
        _ => ScheduleKind.Constant,
    };

    private static double? WarmupFraction(TrainingOptions options, ScheduleKind schedule) => schedule switch
    {
        ScheduleKind.WarmupCosine => options.WarmupFraction ?? 0.05,
        _ when options.WarmupFraction is null => null,
        _ => throw new RefusedException("notApplicable", "training.warmupFraction",
            "warmupFraction applies only to warmupCosine and would be ignored. Leave it out, or send \"schedule\": \"warmupCosine\"."),
    };

    /// <summary>A table of few rows has one or two steps per epoch, so these must be larger. A rate that changes is about half of its
    /// largest one on average. Rounded, for readability.</summary>
    private static double LearningRate(OptimizerKind optimizer, ScheduleKind schedule, int rows) =>
        (schedule == ScheduleKind.Constant ? 1 : 2) * optimizer switch
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
            "momentum applies only to sgd and would be ignored. Leave it out, or send \"optimizer\": \"sgd\"."),
    };

    private static LossKind LossOf(LossKind? requested, TargetEncoding target)
    {
        var isClass = target is ClassTarget;
        var loss = LossDefinition.Of(requested ?? LossDefinition.Default(forClasses: isClass));
        return loss.IsForClasses == isClass ? loss.Kind : throw new RefusedException("notApplicable", "training.loss",
            $"'{target.Name}' is predicted as a {(isClass ? "class" : "number")}, and {NameOf(loss)} is a loss for " +
            $"{(loss.IsForClasses ? "classes" : "numbers")}. Leave it out, or send {AlternativesTo(loss)}.");
    }

    private static double? Quantile(TrainingOptions options, LossKind loss) => loss switch
    {
        LossKind.Quantile => options.Quantile ?? 0.5,
        _ when options.Quantile is null => null,
        _ => throw new RefusedException("notApplicable", "training.quantile",
            "quantile applies only to the loss quantile and would be ignored. Leave it out, or send \"loss\": \"quantile\"."),
    };

    private static string AlternativesTo(LossDefinition wrong) => string.Join(" or ",
        LossDefinition.All.Where(loss => loss.IsForClasses != wrong.IsForClasses).Select(loss => $"\"loss\": \"{NameOf(loss)}\""));

    private static string NameOf(LossDefinition loss) => JsonNamingPolicy.CamelCase.ConvertName(loss.Kind.ToString());

    private static Dictionary<string, double>? ClassWeights(TrainingOptions options, TargetEncoding target, float[] trainTargets)
    {
        if (!options.BalanceClasses && options.ClassWeights is null)
        {
            return null;
        }

        var field = options.BalanceClasses ? "training.balanceClasses" : "training.classWeights";
        if (target is not ClassTarget { Classes: var classes })
        {
            throw new RefusedException("notApplicable", field,
                $"'{target.Name}' is predicted as a number, so there are no classes to weight. Leave it out.");
        }

        if (options is { BalanceClasses: true, ClassWeights: not null })
        {
            throw new RefusedException("notApplicable", "training.classWeights",
                "With balanceClasses the weights are computed from the data, so these would be ignored. Send only one of the two.");
        }

        if (options.BalanceClasses)
        {
            var counts = trainTargets.CountBy(index => (int)index).ToDictionary();
            return Enumerable.Range(0, classes.Count).ToDictionary(
                index => classes[index],
                index => (double)trainTargets.Length / classes.Count / counts[index]);
        }

        foreach (var (name, weight) in options.ClassWeights!)
        {
            if (!classes.Contains(name))
            {
                throw new RefusedException("unknownClass", $"{field}.{name}",
                    $"No training row has the class '{name}'.{NearestName.Suggestion(name, classes)} " +
                    $"The classes are {string.Join(", ", classes.Take(50))}.");
            }

            if (weight is not (>= 1e-9 and <= 1e9))
            {
                throw new RefusedException("outOfRange", $"{field}.{name}",
                    $"The weight of a class must be between 1e-9 and 1e9. It is {weight}.");
            }
        }

        return classes.ToDictionary(name => name, name => options.ClassWeights.GetValueOrDefault(name, 1));
    }
}
