using Velodrome.Training.Networks;

namespace Velodrome.Training.Losses;

/// <summary>The loss of one row.</summary>
/// <param name="outputs">The network's outputs for the row: one standardised value, or one score per class.</param>
/// <param name="target">The standardised target, or the index of the true class; negative for a class that training never saw.</param>
/// <param name="quantile">The quantile to predict, above 0 and below 1; other losses than that of quantiles do not use it.</param>
/// <returns>The loss in standardised units, in double precision.</returns>
public delegate double RowLoss(ReadOnlySpan<float> outputs, float target, double quantile);

/// <summary>
/// Everything that is specific to one loss, except its gradient. A new loss needs a member of <see cref="LossKind"/>, an entry in
/// <see cref="All"/>, and its formula with gradient in each engine (<c>TorchEngine</c>, <c>LossFunctions</c>). Both engines assume that
/// cross entropy is the only loss for classes.
/// </summary>
/// <param name="Kind">The loss.</param>
/// <param name="Name">For sentences: "mean squared error".</param>
/// <param name="IsForClasses">Whether the loss is for classification; otherwise it is for regression.</param>
/// <param name="UnitPower">Power of the target's unit: 2 for squared errors, 1 for absolute errors, 0 for nats.</param>
/// <param name="RelativeDeviation">Standard deviation of a row's loss divided by the mean loss, for normally distributed errors of
/// one size, by the quantile to predict; null for classes.</param>
/// <param name="OfRow">The formula.</param>
public sealed record LossDefinition(
    LossKind Kind, string Name, bool IsForClasses, int UnitPower, Func<double, double>? RelativeDeviation, RowLoss OfRow)
{
    /// <summary>Every loss, in the order of <see cref="LossKind"/>. The first one for numbers and the first one for classes are the
    /// defaults.</summary>
    public static IReadOnlyList<LossDefinition> All { get; } =
    [
        new(LossKind.Mse, "mean squared error", IsForClasses: false, UnitPower: 2, RelativeDeviation: _ => Math.Sqrt(2),
            (outputs, target, _) => Square(Error(outputs, target))),
        new(LossKind.Mae, "mean absolute error", IsForClasses: false, UnitPower: 1,
            RelativeDeviation: _ => Math.Sqrt(Math.PI / 2 - 1),
            (outputs, target, _) => Math.Abs(Error(outputs, target))),
        new(LossKind.Huber, "mean Huber loss", IsForClasses: false, UnitPower: 2,
            RelativeDeviation: _ => Math.Sqrt(2), // while most errors are below one standard deviation of the target
            (outputs, target, _) => Huber(Error(outputs, target))),
        new(LossKind.Quantile, "mean quantile loss", IsForClasses: false, UnitPower: 1, Pinball.RelativeDeviation,
            (outputs, target, quantile) => Pinball.Of(Error(outputs, target), quantile)),
        new(LossKind.CrossEntropy, "mean cross entropy", IsForClasses: true, UnitPower: 0, RelativeDeviation: null,
            (outputs, target, _) => CrossEntropy(outputs, (int)target)),
    ];

    /// <summary>The definition of a loss.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="kind"/> is not a loss.</exception>
    public static LossDefinition Of(LossKind kind) => (uint)kind < (uint)All.Count ? All[(int)kind]
        : throw new ArgumentOutOfRangeException(nameof(kind), kind, null);

    /// <summary>The loss of a run that does not name one: mean squared error, or cross entropy for classes.</summary>
    public static LossKind Default(bool forClasses) => All.First(loss => loss.IsForClasses == forClasses).Kind;

    /// <summary>The factor from standardised units to the target's own.</summary>
    /// <param name="standardDeviation">Of the training target, in its own unit.</param>
    public double Scale(double standardDeviation) => UnitPower switch
    {
        0 => 1,
        1 => standardDeviation,
        2 => standardDeviation * standardDeviation,
        _ => throw new InvalidOperationException($"{Kind} has the unsupported unit power {UnitPower}."),
    };

    /// <summary>The unit of the scaled loss: <c>price</c>, <c>price²</c> or <c>nats</c>.</summary>
    /// <param name="target">Name of the target column, which stands for its unit.</param>
    public string UnitOf(string target) => UnitPower switch
    {
        0 => "nats",
        1 => target,
        2 => $"{target}²",
        _ => throw new InvalidOperationException($"{Kind} has the unsupported unit power {UnitPower}."),
    };

    private static double Error(ReadOnlySpan<float> outputs, float target) => (double)outputs[0] - target;

    private static double Square(double error) => error * error;

    private static double Huber(double error) => Math.Abs(error) <= 1 ? error * error / 2 : Math.Abs(error) - 0.5;

    private static double CrossEntropy(ReadOnlySpan<float> scores, int target) =>
        target < 0 ? -Math.Log(Loss.SmallestProbability) : Softmax.LogSumOfExponentials(scores) - scores[target];
}
