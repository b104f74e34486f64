using Velodrome.Training.Tables;

namespace Velodrome.Training.Encoding;

/// <summary>The targets of the training rows, for encodings of features that look at them.</summary>
/// <param name="encoding">The target's encoding, fitted on the same rows.</param>
/// <param name="column">The target's column.</param>
/// <param name="trainRows">Row numbers.</param>
public sealed class TrainingTargets(TargetEncoding encoding, Column column, int[] trainRows)
{
    private readonly float[] _encoded = encoding.Encode(column, trainRows);
    private readonly bool _areClasses = encoding is ClassTarget;

    /// <summary>1 for numbers, otherwise the number of classes.</summary>
    public int Width => encoding.Outputs;

    /// <summary>The index of a training row's class; 0 for numbers.</summary>
    /// <param name="i">Index among the training rows.</param>
    public int IndexOf(int i) => _areClasses ? (int)_encoded[i] : 0;

    /// <summary>The standardised number of a training row; 1 for classes.</summary>
    /// <param name="i">Index among the training rows.</param>
    public double ValueOf(int i) => _areClasses ? 1 : _encoded[i];
}
