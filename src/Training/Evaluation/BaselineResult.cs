namespace Velodrome.Training.Evaluation;

/// <summary>What a far simpler model does on the same validation rows.</summary>
/// <param name="Validation">How good it is there.</param>
/// <param name="LossReduction">Share of its loss that the network takes away: 0.9 leaves a tenth, below 0 the network is worse. Null when its loss is 0.</param>
/// <param name="Sentence">By how much the network beats it, or that it does not.</param>
public sealed record BaselineResult(Metrics Validation, double? LossReduction, string Sentence)
{
    /// <param name="name">As in "the mean of the training target".</param>
    /// <param name="baseline">Its metrics on the validation rows.</param>
    /// <param name="networkLoss">The network's loss on the same rows, in the same unit.</param>
    public static BaselineResult Compare(string name, Metrics baseline, double networkLoss)
    {
        double? reduction = baseline.Loss > 0 ? 1 - networkLoss / baseline.Loss : null;
        return new(baseline, reduction, reduction switch
        {
            null => $"The network can't beat {name}, which makes no error on the validation rows.",
            <= 0 => $"The network does not beat {name}: its validation loss is {networkLoss / baseline.Loss:P0} of it.",
            _ => $"The network takes away {reduction:P1} of the validation loss of {name}.",
        });
    }
}
