namespace Velodrome.Training.Random;

/// <summary>What a stream's numbers are for: streams of different purposes do not disturb each other.</summary>
public enum RandomPurpose
{
    InitialWeights = 1,
    RowOrder = 2,
    Dropout = 3,
    Split = 4,
    Bootstrap = 5,
}
