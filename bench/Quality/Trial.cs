using Velodrome.Training;

namespace Velodrome.Bench.Quality;

/// <summary>One training.</summary>
/// <param name="Table">Name of the table.</param>
/// <param name="PredictsClasses">Whether its target is a class.</param>
/// <param name="Rows">Number of its rows.</param>
/// <param name="Learner">Name of the learner.</param>
/// <param name="Score">Null if it failed.</param>
/// <param name="Failure">Why it failed; null if it did not.</param>
internal sealed record Trial(string Table, bool PredictsClasses, int Rows, string Learner, Score? Score, string? Failure)
{
    /// <summary>Trains every learner on every table and split; they take turns. The first training of each is repeated, because it compiles
    /// code.</summary>
    /// <param name="sources">The tables.</param>
    /// <param name="learners">The learners.</param>
    /// <param name="splits">Number of splits of each table.</param>
    /// <param name="onTrial">Called after each training.</param>
    public static IReadOnlyList<Trial> RunAll(
        IReadOnlyList<TableSource> sources, IReadOnlyList<ILearner> learners, int splits, Action<Trial> onTrial)
    {
        var trials = new List<Trial>();
        foreach (var table in sources.Select(source => source.Read()))
        {
            for (var split = 0; split < splits; split++)
            {
                var rows = table.Draw(split);
                foreach (var learner in learners)
                {
                    if (trials.Count < learners.Count)
                    {
                        Run(table, learner, () => learner.Train(table, rows));
                    }

                    var trial = Run(table, learner, () => learner.Train(table, rows));
                    trials.Add(trial);
                    onTrial(trial);
                }
            }
        }

        return trials;
    }

    private static Trial Run(QualityTable table, ILearner learner, Func<Score> train)
    {
        var trial = new Trial(table.Name, table.PredictsClasses, table.Table.Rows, learner.Name, null, null);
        try
        {
            return trial with { Score = train() };
        }
        catch (Exception failure) when (failure is RefusedException or InvalidOperationException)
        {
            return trial with { Failure = failure.Message };
        }
    }
}
