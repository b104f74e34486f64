namespace Velodrome.Training.Losses;

/// <summary>The loss that training minimises. <see cref="LossDefinition"/> defines the task, unit and formula of each.</summary>
public enum LossKind
{
    /// <summary>Mean squared error, in the target's unit squared.</summary>
    Mse,

    /// <summary>Mean absolute error, in the target's unit.</summary>
    Mae,

    /// <summary>Half the square of an error up to one standard deviation of the training target, linear beyond that (Huber 1964); in
    /// the target's unit squared.</summary>
    Huber,

    /// <summary>Pinball loss (Koenker and Bassett 1978), in the target's unit: the network predicts a quantile of the target instead of
    /// its mean. A row above the prediction costs its error times <c>quantile</c>, a row below it its error times 1 -
    /// <c>quantile</c>.</summary>
    Quantile,

    /// <summary>Negative logarithm of the softmax probability of the true class, in nats. For classification.</summary>
    CrossEntropy,
}
