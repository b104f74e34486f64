using Velodrome.Crash.Checks;

namespace Velodrome.Crash.Tests.Checks;

public sealed class KeyCheckerTests
{
    private static readonly KnownKey Key = new(1, "a", "write", "vd_a");

    private readonly Checker _checker = new(new Dictionary<string, GoldenRun>(), name => name);
    private readonly KeyChecker _keys;

    public KeyCheckerTests()
    {
        _keys = new(_checker);
        _keys.RecordMade(Key);
    }

    [Theory]
    [InlineData("write", null)]
    [InlineData(null, FindingKind.Lost)]
    [InlineData("admin", FindingKind.Differing)]
    public void A_key_that_was_made_must_work_with_its_role(string? role, FindingKind? expected) => AssertFinding(expected, role);

    [Theory]
    [InlineData(null, null)]
    [InlineData("write", FindingKind.Revived)]
    public void A_revoked_key_must_not_work(string? role, FindingKind? expected)
    {
        _keys.RecordRevokeRequested(Key);
        _keys.RecordRevoked(Key);

        AssertFinding(expected, role);
    }

    [Fact]
    public void A_key_may_work_or_not_if_its_revocation_was_not_confirmed()
    {
        _keys.RecordRevokeRequested(Key);

        AssertFinding(null, "write");
        AssertFinding(null, null);
    }

    [Fact]
    public void A_key_that_was_refused_must_not_work_again()
    {
        _keys.RecordRevokeRequested(Key);
        _keys.Check(Key, null);

        AssertFinding(FindingKind.Revived, "write");
    }

    [Fact]
    public void A_key_is_reported_once()
    {
        _keys.Check(Key, null);

        Assert.Empty(_keys.Known);
    }

    private void AssertFinding(FindingKind? expected, string? role)
    {
        _keys.Check(Key, role);
        Assert.Equal(expected, _checker.Findings.SingleOrDefault()?.Kind);
    }
}
