namespace Velodrome.Data.Tests.Datasets;

/// <summary>A clock that moves only when a test says so.</summary>
internal sealed class AdjustableTime : TimeProvider
{
    private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan time) => _now += time;
}
