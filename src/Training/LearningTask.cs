namespace Velodrome.Training;

/// <summary>The kind of value that the network predicts.</summary>
public enum LearningTask
{
    /// <summary>A number.</summary>
    Regression,

    /// <summary>One of two classes.</summary>
    Binary,

    /// <summary>One of three or more classes.</summary>
    Multiclass,
}
