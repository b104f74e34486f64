namespace Velodrome.Training.Verdicts;

/// <summary>The behaviour that the curves of a run show.</summary>
public enum VerdictCode
{
    /// <summary>The network beats the trivial baseline, and its validation loss neither rose nor was still falling at the end.</summary>
    Healthy,

    /// <summary>Validation loss rose from its lowest level beyond noise while training loss kept falling. A gap between the two losses is
    /// not enough: nearly every network fits its training rows better.</summary>
    Overfitting,

    /// <summary>Training ended while validation loss was still falling.</summary>
    StoppedTooEarly,

    /// <summary>Even the best epoch is no better than the trivial baseline: the mean, or the class frequencies.</summary>
    NotLearning,

    /// <summary>A loss was no longer finite.</summary>
    Diverged,

    /// <summary>There are too few epochs or validation rows to tell.</summary>
    Inconclusive,
}
