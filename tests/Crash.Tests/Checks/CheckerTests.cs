using Velodrome.Crash.Checks;
using Velodrome.Processes;

namespace Velodrome.Crash.Tests.Checks;

public sealed class CheckerTests
{
    private const long Id = 7;
    private const string Name = "lesson #1";

    private static readonly ObservedEpoch[] Golden =
        [.. Enumerable.Range(0, 5).Select(number => ObservedEpoch.Of(number, 1.0 / (number + 3), 2.0 / (number + 3)))];

    private readonly Checker _checker =
        new(new Dictionary<string, GoldenRun> { ["lesson"] = new("Succeeded", "aa", Golden) }, name => name.Split(" #")[0]);

    public CheckerTests() => _checker.RecordAccepted(Id, Name);

    [Fact]
    public void An_interrupted_run_that_ends_like_the_golden_run_has_no_findings()
    {
        _checker.CheckRows([Row("Running", token: 1)]);
        _checker.CheckHistory(Id, -1, Golden[..2]);
        _checker.CheckHistory(Id, 1, Golden[2..3]);
        _checker.CheckRows([Row("Running", token: 2)]);
        _checker.CheckHistory(Id, -1, Golden);
        _checker.CheckFinalRows([EndedRow()]);

        Assert.Empty(_checker.Findings);
    }

    [Fact]
    public void An_epoch_that_disappears_from_the_history_is_lost()
    {
        _checker.CheckHistory(Id, -1, Golden[..4]);
        _checker.CheckHistory(Id, -1, Golden[..3]);

        AssertOnly(FindingKind.Lost);
    }

    [Fact]
    public void An_epoch_that_was_shown_and_is_not_in_the_row_is_lost()
    {
        _checker.CheckHistory(Id, -1, Golden[..4]);
        _checker.CheckRows([Row("Running", token: 1) with { LastEpoch = 2 }]);

        AssertOnly(FindingKind.Lost);
    }

    [Fact]
    public void A_gap_in_the_history_is_a_lost_epoch()
    {
        _checker.CheckHistory(Id, -1, [Golden[0], Golden[2]]);

        AssertOnly(FindingKind.Lost);
    }

    [Fact]
    public void An_epoch_that_appears_twice_is_duplicated()
    {
        _checker.CheckHistory(Id, -1, [Golden[0], Golden[1], Golden[1]]);

        AssertOnly(FindingKind.Duplicated);
    }

    [Fact]
    public void A_loss_that_differs_in_its_last_bit_is_a_finding()
    {
        var changed = Golden[1] with { ValidationLossBits = Golden[1].ValidationLossBits ^ 1 };

        _checker.CheckHistory(Id, -1, [Golden[0], changed]);

        AssertOnly(FindingKind.Differing);
    }

    [Fact]
    public void An_epoch_after_the_end_of_the_golden_run_differs()
    {
        _checker.CheckHistory(Id, -1, [.. Golden, ObservedEpoch.Of(5, 0.1, 0.1)]);

        AssertOnly(FindingKind.Differing);
    }

    [Fact]
    public void A_token_that_decreases_is_stale()
    {
        _checker.CheckRows([Row("Running", token: 2)]);
        _checker.CheckRows([Row("Running", token: 1)]);

        AssertOnly(FindingKind.Stale);
    }

    [Fact]
    public void An_accepted_run_that_is_missing_is_lost()
    {
        _checker.CheckFinalRows([]);

        AssertOnly(FindingKind.Lost);
    }

    [Fact]
    public void An_accepted_run_is_lost_if_another_run_has_its_id()
    {
        _checker.CheckRows([Row("Running", token: 1) with { Name = "lesson #2" }]);

        AssertOnly(FindingKind.Lost);
    }

    [Fact]
    public void A_run_that_does_not_end_is_lost()
    {
        _checker.CheckFinalRows([Row("Running", token: 1)]);

        AssertOnly(FindingKind.Lost);
    }

    [Fact]
    public void A_run_that_ends_with_fewer_epochs_than_the_golden_run_has_lost_them()
    {
        _checker.CheckHistory(Id, -1, Golden[..4]);
        _checker.CheckFinalRows([EndedRow()]);

        AssertOnly(FindingKind.Lost);
    }

    [Fact]
    public void A_post_that_created_two_runs_is_duplicated()
    {
        _checker.CheckHistory(Id, -1, Golden);
        _checker.RecordAccepted(8, Name);
        _checker.CheckHistory(8, -1, Golden);

        _checker.CheckFinalRows([EndedRow(), EndedRow() with { Id = 8 }]);

        AssertOnly(FindingKind.Duplicated);
    }

    [Fact]
    public void A_run_that_ends_twice_is_duplicated()
    {
        _checker.CheckRows([EndedRow()]);
        _checker.CheckRows([EndedRow() with { FinishedAt = 2 }]);

        AssertOnly(FindingKind.Duplicated);
    }

    [Theory]
    [InlineData("Failed", null)]
    [InlineData("Succeeded", "bb")]
    [InlineData("Cancelled", "aa")] // although cancellation was not requested
    public void A_run_that_ends_unlike_the_golden_run_differs(string status, string? weights)
    {
        _checker.CheckHistory(Id, -1, Golden);
        _checker.CheckFinalRows([EndedRow() with { Status = status, WeightsSha256 = weights }]);

        AssertOnly(FindingKind.Differing);
    }

    [Fact]
    public void A_cancelled_run_may_end_early()
    {
        _checker.RecordCancelRequested(Id);
        _checker.CheckHistory(Id, -1, Golden[..2]);
        _checker.CheckFinalRows([EndedRow() with { Status = "Cancelled", WeightsSha256 = "cc" }]);

        Assert.Empty(_checker.Findings);
    }

    [Fact]
    public void A_run_may_be_missing_after_its_deletion_was_requested()
    {
        RecordEnd();
        _checker.RecordDeleteRequested(Id);
        _checker.CheckHistory(Id, -1, []);
        _checker.CheckNotFound(Id);
        _checker.CheckFinalRows([]);

        Assert.Empty(_checker.Findings);
    }

    [Fact]
    public void A_run_that_exists_after_its_deletion_was_confirmed_is_duplicated()
    {
        RecordEnd();
        _checker.RecordDeleteRequested(Id);
        _checker.RecordDeleted(Id);
        _checker.CheckFinalRows([EndedRow()]);

        AssertOnly(FindingKind.Duplicated);
    }

    [Fact]
    public void A_partly_deleted_run_has_lost_epochs()
    {
        RecordEnd();
        _checker.RecordDeleteRequested(Id);
        _checker.CheckHistory(Id, -1, Golden[..3]);

        AssertOnly(FindingKind.Lost);
    }

    [Fact]
    public void A_run_is_compared_with_the_golden_run_before_it_is_deleted()
    {
        _checker.CheckHistory(Id, -1, Golden);
        _checker.CheckRows([EndedRow() with { WeightsSha256 = "bb" }]);
        _checker.RecordDeleteRequested(Id);

        AssertOnly(FindingKind.Differing);
    }

    private void RecordEnd()
    {
        _checker.CheckHistory(Id, -1, Golden);
        _checker.CheckRows([EndedRow()]);
    }

    private void AssertOnly(FindingKind kind) => Assert.Equal(kind, Assert.Single(_checker.Findings).Kind);

    private static RunRow Row(string status, long token) => new(
        Id, Name, status, token, Attempts: 0, Owner: null, LeaseUntil: null, LastEpoch: 4, FinishedAt: null, WeightsSha256: null,
        Error: null);

    private static RunRow EndedRow() => Row("Succeeded", token: 2) with { FinishedAt = 1, WeightsSha256 = "aa" };
}
