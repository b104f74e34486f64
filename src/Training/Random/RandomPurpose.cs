namespace Velodrome.Training.Random;

/// <summary>The purpose of random numbers. Streams of different purposes are independent.</summary>
public enum RandomPurpose
{
    InitialWeights = 1,
    RowOrder = 2,
    Dropout = 3,
    Split = 4,
    Bootstrap = 5,
    Member = 6,
}
