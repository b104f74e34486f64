using Velodrome.Crash.Witnesses;

namespace Velodrome.Crash.Tests.Witnesses;

/// <summary>What the witness says to the datasets that are there at the end.</summary>
public sealed class DatasetWitnessTests
{
    private const string Csv = "hours,score\n1,45\n";

    private readonly Witness _witness = new(new Dictionary<string, GoldenRun>(), name => name);
    private readonly DatasetWitness _datasets;

    public DatasetWitnessTests()
    {
        _datasets = new(_witness);
        _datasets.SawStored("a", Csv);
    }

    [Theory]
    [InlineData(Csv, null)]
    [InlineData(null, Fault.Lost)]
    [InlineData("hours,score\n1,46\n", Fault.Differing)]
    public void What_was_stored_is_there_as_it_was(string? now, Fault? fault) => AssertAtTheEnd(now, fault);

    [Theory]
    [InlineData(null, null)]
    [InlineData(Csv, Fault.Duplicated)]
    public void What_was_deleted_is_not_there(string? now, Fault? fault)
    {
        _datasets.SawDeleteAsked("a");
        _datasets.SawDeleted("a");

        AssertAtTheEnd(now, fault);
    }

    [Fact]
    public void Nothing_is_expected_of_one_whose_deletion_broke_off()
    {
        _datasets.SawDeleteAsked("a");

        Assert.Empty(_datasets.Known);
    }

    private void AssertAtTheEnd(string? now, Fault? fault)
    {
        Assert.Equal("a", Assert.Single(_datasets.Known));
        _datasets.SawAtTheEnd("a", now);
        Assert.Equal(fault, _witness.Findings.SingleOrDefault()?.Fault);
    }
}
