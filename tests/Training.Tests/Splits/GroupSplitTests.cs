using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Splits;

public class GroupSplitTests
{
    private static readonly SplitOptions ByPerson = new() { Split = SplitKind.Group, Column = "person", Fraction = 0.2, Seed = 0 };

    /// <summary>Twenty persons in random order: person n has n + 1 rows, and the rows of person 7 have no name.</summary>
    private static readonly int[] Persons =
        Shuffled([.. Enumerable.Range(0, 20).SelectMany(person => Enumerable.Repeat(person, person + 1))]);

    public static TheoryData<string> Kinds => ["texts", "numbers"];

    private static SplitInput Input(string kind = "texts") => Input(kind == "texts"
        ? CategoryColumn.FromTexts("person", [.. Persons.Select(person => person == 7 ? null : $"p{person}")])
        : new NumberColumn("person", [.. Persons.Select(person => person == 7 ? double.NaN : person * 1.5)]));

    private static SplitInput Input(Column groups) => new(
        new([groups, new NumberColumn("score", new double[groups.Rows])]), "score", LearningTask.Regression,
        Sample.Indices(groups.Rows), groups.Rows, [], []);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void No_group_is_in_two_parts_and_rows_without_one_stay_together(string kind)
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var split = Splitter.Split(ByPerson with { Seed = seed }, ByPerson with { Seed = seed + 1, Fraction = 0.3 }, Input(kind));

            var (train, validation, test) = (PersonsOf(split.Train), PersonsOf(split.Validation), PersonsOf(split.Test));
            Assert.Equal((10, 4, 6), (train.Length, validation.Length, test.Length));       // shares of the twenty groups
            Assert.Equal(Enumerable.Range(0, 20), train.Concat(validation).Concat(test).Order());
            StratifiedSplitTests.AssertParts(split, Persons.Length);
        }
    }

    [Fact]
    public void Groups_are_drawn_by_the_seed_with_equal_probability()
    {
        int[] Draw(int seed) => PersonsOf(Splitter.Split(ByPerson with { Seed = seed }, null, Input()).Validation);

        Assert.Equal(Draw(3), Draw(3));

        // 1000 draws of a fifth of the groups, whatever their number of rows: within four deviations of 12.6.
        var drawn = Enumerable.Range(0, 1000).SelectMany(Draw).CountBy(person => person).ToList();
        Assert.Equal(20, drawn.Count);
        Assert.All(drawn, person => Assert.InRange(person.Value, 200 - 51, 200 + 51));
    }

    [Fact]
    public void The_same_groups_are_drawn_if_rows_have_no_target()
    {
        // Every second row has no target, except for the first row of each person: there are still twenty groups.
        int[] withTarget =
        [
            .. Enumerable.Range(0, Persons.Length).Where(row => Array.IndexOf(Persons, Persons[row]) == row || row % 2 == 0),
        ];

        var split = Splitter.Split(ByPerson, null, Input() with { Rows = withTarget });

        Assert.Equal(4, PersonsOf(split.Validation).Length);
        Assert.Equal(withTarget, split.Train.Concat(split.Validation).Order());
    }

    [Theory]
    [InlineData("persom", "Did you mean 'person'?")]
    [InlineData("weight", "There is no column 'weight'.")]
    public void An_unknown_column_is_refused(string column, string message)
    {
        var fault = Sample.Refusal(() => Splitter.Split(ByPerson with { Column = column }, null, Input()));

        Assert.Equal(("unknownColumn", "validation.column"), (fault.Code, fault.Field));
        Assert.Contains(message, fault.Message);

        fault = Sample.Refusal(() => Splitter.Split(ByPerson, ByPerson with { Column = column }, Input()));

        Assert.Equal("test.column", fault.Field);
    }

    [Theory]
    [InlineData(1, 0.2, "emptyValidation")]
    [InlineData(2, 0.2, "emptyValidation")]         // 0.4 of a group is none
    [InlineData(1, 0.9, "tooFewTrainingRows")]      // 0.9 of a group is all
    public void Too_few_groups_leave_a_part_empty(int groups, double fraction, string code)
    {
        var input = Input(CategoryColumn.FromTexts("person", [.. Enumerable.Range(0, 30).Select(row => $"p{row % groups}")]));

        var fault = Sample.Refusal(() => Splitter.Split(ByPerson with { Fraction = fraction }, null, input));

        Assert.Equal((code, "validation"), (fault.Code, fault.Field));
    }

    private static int[] PersonsOf(int[] rows) => [.. rows.Select(row => Persons[row]).Distinct().Order()];

    private static int[] Shuffled(int[] numbers)
    {
        new System.Random(1).Shuffle(numbers);
        return numbers;
    }
}
