namespace Velodrome.Training.Evaluation;

/// <summary>The result of a much simpler model on the same validation rows as the network.</summary>
/// <param name="Validation">The baseline's metrics.</param>
/// <param name="LossReduction">Share of the baseline's loss that the network removes: 0.9 leaves a tenth, below 0 the network is worse.
/// Null when the baseline's loss is 0.</param>
/// <param name="Sentence">Compares the two in words.</param>
public sealed record BaselineResult(Metrics Validation, double? LossReduction, string Sentence)
{
    /// <summary>Compares a baseline with the network.</summary>
    /// <param name="name">For the sentence: "a linear model".</param>
    /// <param name="baseline">The baseline's metrics on the validation rows.</param>
    /// <param name="networkLoss">The network's loss on the same rows, in the same unit.</param>
    public static BaselineResult Compare(string name, Metrics baseline, double networkLoss)
    {
        double? reduction = baseline.Loss > 0 ? 1 - networkLoss / baseline.Loss : null;
        return new(baseline, reduction, reduction switch
        {
            null => $"The network can't be better than {name}, which makes no error on the validation rows.",
            <= 0 => $"The network is no better than {name}: its validation loss is {networkLoss / baseline.Loss:0%} of that baseline's.",
            _ => $"The network's validation loss is {reduction:0.0%} lower than that of {name}.",
        });
    }
}
