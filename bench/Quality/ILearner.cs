using Velodrome.Training.Splits;

namespace Velodrome.Bench.Quality;

/// <summary>Trains with its defaults, on one thread.</summary>
internal interface ILearner : IDisposable
{
    string Name { get; }

    /// <summary>Trains on the training and validation rows of a table, and predicts its test rows.</summary>
    /// <exception cref="Training.RefusedException">It cannot train on this table.</exception>
    /// <exception cref="InvalidOperationException">Training failed.</exception>
    Score Train(QualityTable table, Split split);
}
