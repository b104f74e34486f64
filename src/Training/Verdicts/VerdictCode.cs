namespace Velodrome.Training.Verdicts;

/// <summary>What a run's curves say.</summary>
public enum VerdictCode
{
    /// <summary>It beats the trivial baseline, and validation loss neither rose nor was still falling at the end.</summary>
    Healthy,

    /// <summary>Validation loss rose from its lowest level beyond noise while training loss kept falling. A gap between the
    /// two is not enough: nearly every network fits the rows that it has seen better.</summary>
    Overfitting,

    /// <summary>Training ended while validation loss was still falling.</summary>
    StoppedTooEarly,

    /// <summary>Even its best epoch does not beat always giving the same answer: the mean, or the majority class.</summary>
    NotLearning,

    /// <summary>A loss stopped being finite.</summary>
    Diverged,

    /// <summary>Too few epochs or validation rows to tell the others apart.</summary>
    Inconclusive,
}
