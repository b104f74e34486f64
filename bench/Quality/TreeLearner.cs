using Velodrome.Training.Encoding;
using Velodrome.Training.Evaluation;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Bench.Quality;

/// <summary>Boosted trees, which also learn from the validation rows. Measured with the same code as networks.</summary>
internal sealed class TreeLearner(ITreeLibrary library) : ILearner
{
    public string Name => library.Name;

    /// <param name="name">lightgbm, sklearn or xgboost.</param>
    /// <returns>Null, and a message, if the library is not there.</returns>
    /// <exception cref="InvalidDataException">Another name.</exception>
    public static TreeLearner? Start(string name)
    {
        ITreeLibrary? library = name switch
        {
            "lightgbm" => LightGbm.IsAvailable ? new LightGbm() : null,
            "sklearn" or "xgboost" => PythonTrees.Start(name),
            _ => throw new InvalidDataException($"--against takes lightgbm, sklearn and xgboost, not '{name}'."),
        };
        if (library is null)
        {
            Console.Error.WriteLine($"{name} is not installed, so it is left out.");
        }

        return library is null ? null : new(library);
    }

    public Score Train(QualityTable table, Split split) =>
        table.PredictsClasses ? TrainClasses(table, split) : TrainNumbers(table, split);

    public void Dispose() => library.Dispose();

    private Score TrainNumbers(QualityTable table, Split split)
    {
        var (outputs, seconds) = library.Predict(TreeData.Of(table, split, target: null));
        var values = ((NumberColumn)table.TargetColumn).Values;
        double[] truth = [.. split.Test.Select(row => values[row])];
        return Score.Of(RegressionMetrics.Compute(outputs, truth, loss: double.NaN), Moments.Of(truth).StandardDeviation, seconds);
    }

    private Score TrainClasses(QualityTable table, Split split)
    {
        var target = ClassTarget.Fit(table.TargetColumn, TreeData.TrainRowsOf(split));
        var (outputs, seconds) = library.Predict(TreeData.Of(table, split, target));
        var probabilities = target.Outputs == 2
            ? outputs.SelectMany(second => (float[])[(float)(1 - second), (float)second])
            : outputs.Select(output => (float)output);
        var truth = Array.ConvertAll(target.Encode(table.TargetColumn, split.Test), index => (int)index);
        var metrics = ClassificationMetrics.Compute([.. probabilities], truth, target.Classes, loss: double.NaN);
        return Score.Of(metrics, double.NaN, seconds);
    }
}
