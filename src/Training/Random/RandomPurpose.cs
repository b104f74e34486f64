namespace Velodrome.Training.Random;

/// <summary>What random numbers are used for. Streams of different purposes are independent.</summary>
public enum RandomPurpose
{
    InitialWeights = 1,
    RowOrder = 2,
    Dropout = 3,
    Split = 4,
    Bootstrap = 5,
}
