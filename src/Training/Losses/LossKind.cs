namespace Velodrome.Training.Losses;

/// <summary>What training makes smaller.</summary>
public enum LossKind
{
    /// <summary>Mean squared error; in the target's units squared.</summary>
    Mse,

    /// <summary>Mean absolute error; in the target's units.</summary>
    Mae,

    /// <summary>Half the square of small errors, linear for errors beyond one standard deviation of the training target
    /// (Huber 1964); in the target's units squared.</summary>
    Huber,

    /// <summary>Negative logarithm of the softmax probability given to the true class; in nats. For classification.</summary>
    CrossEntropy,
}
