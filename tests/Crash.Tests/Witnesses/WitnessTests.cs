using Velodrome.Crash.Witnesses;

namespace Velodrome.Crash.Tests.Witnesses;

/// <summary>What the witness says to what it is shown.</summary>
public sealed class WitnessTests
{
    private const long Id = 7;
    private const string Name = "lesson #1";

    private static readonly SeenEpoch[] Golden = [.. Enumerable.Range(0, 5).Select(number => SeenEpoch.Of(number, 1.0 / (number + 3), 2.0 / (number + 3)))];

    private readonly Witness _witness = new(new Dictionary<string, GoldenRun> { ["lesson"] = new("Succeeded", "aa", Golden) }, name => name.Split(" #")[0]);

    public WitnessTests() => _witness.SawAccepted(Id, Name);

    [Fact]
    public void Nothing_is_amiss_with_a_run_that_is_interrupted_and_ends_as_undisturbed()
    {
        _witness.SawRows([Row("Running", token: 1)]);
        _witness.SawHistory(Id, -1, Golden[..2]);
        _witness.SawHistory(Id, 1, Golden[2..3]);
        _witness.SawRows([Row("Running", token: 2)]);
        _witness.SawHistory(Id, -1, Golden);
        _witness.SawAllAtTheEnd([Ended()]);

        Assert.Empty(_witness.Findings);
    }

    [Fact]
    public void An_epoch_that_is_gone_is_lost()
    {
        _witness.SawHistory(Id, -1, Golden[..4]);
        _witness.SawHistory(Id, -1, Golden[..3]);

        AssertOnly(Fault.Lost);
    }

    [Fact]
    public void An_epoch_that_the_rows_know_nothing_of_is_lost()
    {
        _witness.SawHistory(Id, -1, Golden[..4]);
        _witness.SawRows([Row("Running", token: 1) with { LastEpoch = 2 }]);

        AssertOnly(Fault.Lost);
    }

    [Fact]
    public void A_gap_is_a_loss()
    {
        _witness.SawHistory(Id, -1, [Golden[0], Golden[2]]);

        AssertOnly(Fault.Lost);
    }

    [Fact]
    public void An_epoch_that_is_there_twice_is_duplicated()
    {
        _witness.SawHistory(Id, -1, [Golden[0], Golden[1], Golden[1]]);

        AssertOnly(Fault.Duplicated);
    }

    [Fact]
    public void The_last_bit_of_a_loss_is_looked_at()
    {
        var changed = Golden[1] with { ValidationBits = Golden[1].ValidationBits ^ 1 };

        _witness.SawHistory(Id, -1, [Golden[0], changed]);

        AssertOnly(Fault.Differing);
    }

    [Fact]
    public void An_epoch_beyond_the_undisturbed_run_differs()
    {
        _witness.SawHistory(Id, -1, [.. Golden, SeenEpoch.Of(5, 0.1, 0.1)]);

        AssertOnly(Fault.Differing);
    }

    [Fact]
    public void A_token_that_falls_is_stale()
    {
        _witness.SawRows([Row("Running", token: 2)]);
        _witness.SawRows([Row("Running", token: 1)]);

        AssertOnly(Fault.Stale);
    }

    [Fact]
    public void An_accepted_run_that_is_not_there_is_lost()
    {
        _witness.SawAllAtTheEnd([]);

        AssertOnly(Fault.Lost);
    }

    [Fact]
    public void An_accepted_run_whose_number_is_anothers_is_lost()
    {
        _witness.SawRows([Row("Running", token: 1) with { Name = "lesson #2" }]);

        AssertOnly(Fault.Lost);
    }

    [Fact]
    public void A_run_that_does_not_end_is_lost()
    {
        _witness.SawAllAtTheEnd([Row("Running", token: 1)]);

        AssertOnly(Fault.Lost);
    }

    [Fact]
    public void A_run_that_ends_without_its_last_epochs_has_lost_them()
    {
        _witness.SawHistory(Id, -1, Golden[..4]);
        _witness.SawAllAtTheEnd([Ended()]);

        AssertOnly(Fault.Lost);
    }

    [Fact]
    public void One_post_that_made_two_runs_is_duplicated()
    {
        _witness.SawHistory(Id, -1, Golden);
        _witness.SawAccepted(8, Name);
        _witness.SawHistory(8, -1, Golden);

        _witness.SawAllAtTheEnd([Ended(), Ended() with { Id = 8 }]);

        AssertOnly(Fault.Duplicated);
    }

    [Fact]
    public void A_run_that_ends_twice_is_duplicated()
    {
        _witness.SawRows([Ended()]);
        _witness.SawRows([Ended() with { FinishedAt = 2 }]);

        AssertOnly(Fault.Duplicated);
    }

    [Theory]
    [InlineData("Failed", null)]
    [InlineData("Succeeded", "bb")]
    [InlineData("Cancelled", "aa")] // and nobody asked for that
    public void A_run_that_ends_otherwise_differs(string status, string? weights)
    {
        _witness.SawHistory(Id, -1, Golden);
        _witness.SawAllAtTheEnd([Ended() with { Status = status, WeightsSha256 = weights }]);

        AssertOnly(Fault.Differing);
    }

    [Fact]
    public void A_run_that_was_cancelled_may_end_early()
    {
        _witness.SawCancelAsked(Id);
        _witness.SawHistory(Id, -1, Golden[..2]);
        _witness.SawAllAtTheEnd([Ended() with { Status = "Cancelled", WeightsSha256 = "cc" }]);

        Assert.Empty(_witness.Findings);
    }

    [Fact]
    public void A_run_may_be_gone_once_somebody_asked_for_that()
    {
        SawEnd();
        _witness.SawDeleteAsked(Id);
        _witness.SawHistory(Id, -1, []);
        _witness.SawMissing(Id);
        _witness.SawAllAtTheEnd([]);

        Assert.Empty(_witness.Findings);
    }

    [Fact]
    public void A_run_that_is_there_after_it_was_deleted_is_duplicated()
    {
        SawEnd();
        _witness.SawDeleteAsked(Id);
        _witness.SawDeleted(Id);
        _witness.SawAllAtTheEnd([Ended()]);

        AssertOnly(Fault.Duplicated);
    }

    [Fact]
    public void Half_a_run_is_never_deleted()
    {
        SawEnd();
        _witness.SawDeleteAsked(Id);
        _witness.SawHistory(Id, -1, Golden[..3]);

        AssertOnly(Fault.Lost);
    }

    [Fact]
    public void A_run_that_is_deleted_is_compared_with_the_undisturbed_one_first()
    {
        _witness.SawHistory(Id, -1, Golden);
        _witness.SawRows([Ended() with { WeightsSha256 = "bb" }]);
        _witness.SawDeleteAsked(Id);

        AssertOnly(Fault.Differing);
    }

    private void SawEnd()
    {
        _witness.SawHistory(Id, -1, Golden);
        _witness.SawRows([Ended()]);
    }

    private void AssertOnly(Fault fault) => Assert.Equal(fault, Assert.Single(_witness.Findings).Fault);

    private static RunRow Row(string status, long token) => new(Id, Name, status, token, Attempts: 0, Owner: null, LeaseUntil: null, LastEpoch: 4, FinishedAt: null, WeightsSha256: null);

    private static RunRow Ended() => Row("Succeeded", token: 2) with { FinishedAt = 1, WeightsSha256 = "aa" };
}
