namespace Velodrome.Abuse;

/// <summary>An attempt to take more of a service than one caller should get.</summary>
/// <param name="Name">Describes the attack.</param>
/// <param name="Seen">How the service behaved before there were limits.</param>
/// <param name="Expected">What the service should answer now.</param>
/// <param name="Run">Sends the requests. The target's tally receives the answers.</param>
internal sealed record Attack(string Name, string Seen, string Expected, Func<Target, Task> Run)
{
    /// <summary>Settings of the service. They lower limits that would take long to reach.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];
}
