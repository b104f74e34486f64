using Velodrome.Crash.Checks;

namespace Velodrome.Crash.Tests.Checks;

public sealed class DatasetCheckerTests
{
    private const string Csv = "hours,score\n1,45\n";

    private readonly Checker _checker = new(new Dictionary<string, GoldenRun>(), name => name);
    private readonly DatasetChecker _datasets;

    public DatasetCheckerTests()
    {
        _datasets = new(_checker);
        _datasets.RecordStored("a", Csv);
    }

    [Theory]
    [InlineData(Csv, null)]
    [InlineData(null, FindingKind.Lost)]
    [InlineData("hours,score\n1,46\n", FindingKind.Differing)]
    public void A_stored_dataset_must_exist_unchanged(string? finalCsv, FindingKind? expected) => AssertFinding(expected, finalCsv);

    [Theory]
    [InlineData(null, null)]
    [InlineData(Csv, FindingKind.Duplicated)]
    public void A_deleted_dataset_must_not_exist(string? finalCsv, FindingKind? expected)
    {
        _datasets.RecordDeleteRequested("a");
        _datasets.RecordDeleted("a");

        AssertFinding(expected, finalCsv);
    }

    [Fact]
    public void A_dataset_may_exist_or_not_if_its_deletion_was_not_confirmed()
    {
        _datasets.RecordDeleteRequested("a");

        Assert.Empty(_datasets.Known);
    }

    private void AssertFinding(FindingKind? expected, string? finalCsv)
    {
        Assert.Equal("a", Assert.Single(_datasets.Known));
        _datasets.CheckFinal("a", finalCsv);
        Assert.Equal(expected, _checker.Findings.SingleOrDefault()?.Kind);
    }
}
