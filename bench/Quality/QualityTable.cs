using Velodrome.Training;
using Velodrome.Training.Random;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Bench.Quality;

/// <summary>A table with a column to predict.</summary>
internal sealed record QualityTable(string Name, bool PredictsClasses, string Target, Table Table)
{
    /// <summary>The share of the rows that is for test, and of the other rows that is for validation.</summary>
    private const double Share = 0.2;

    public Column TargetColumn { get; } = Table.Find(Target) switch
    {
        null => throw new InvalidDataException($"The table {Name} has no column '{Target}', which is to be predicted."),
        CategoryColumn when !PredictsClasses => throw new InvalidDataException(
            $"The column '{Target}' of the table {Name} has text, so its task is classification."),
        var column => column,
    };

    /// <summary>All columns but the target, in the order of the file.</summary>
    public IReadOnlyList<Column> Features { get; } = [.. Table.Columns.Where(column => column.Name != Target)];

    public LearningTask Task => !PredictsClasses ? LearningTask.Regression
        : RowsWithTarget.Select(TargetColumn.TextAt).Distinct().Take(3).Count() > 2 ? LearningTask.Multiclass : LearningTask.Binary;

    private IEnumerable<int> RowsWithTarget => Enumerable.Range(0, Table.Rows).Where(row => !TargetColumn.IsMissing(row));

    /// <summary>Draws a fifth of the rows for test, and a fifth of the others for validation; of each class, its share, which may be no
    /// row.</summary>
    /// <param name="seed">Other rows for each seed.</param>
    public Split Draw(int seed)
    {
        var random = new RandomStream(seed, RandomPurpose.Split);
        List<int> train = [], validation = [], test = [];
        foreach (var rows in RowsWithTarget.GroupBy(row => PredictsClasses ? TargetColumn.TextAt(row) : ""))
        {
            int[] shuffled = [.. rows];
            random.Shuffle(shuffled);
            var tested = (int)Math.Round(Share * shuffled.Length);
            var validated = (int)Math.Round(Share * (shuffled.Length - tested));
            test.AddRange(shuffled[..tested]);
            validation.AddRange(shuffled[tested..(tested + validated)]);
            train.AddRange(shuffled[(tested + validated)..]);
        }

        return new([.. train.Order()], [.. validation.Order()], [.. test.Order()]);
    }
}
