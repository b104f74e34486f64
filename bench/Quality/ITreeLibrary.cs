namespace Velodrome.Bench.Quality;

/// <summary>A library of boosted trees.</summary>
internal interface ITreeLibrary : IDisposable
{
    /// <summary>With its version, if it is known.</summary>
    string Name { get; }

    /// <summary>Trains with the library's defaults, on one thread, and predicts the test rows.</summary>
    /// <returns>Row-major [test rows, <see cref="TreeData.Outputs"/>], and the processor time.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    (double[] Outputs, double Seconds) Predict(TreeData data);
}
