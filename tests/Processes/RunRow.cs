namespace Velodrome.Processes;

/// <summary>A run's row in the service's database.</summary>
/// <param name="Owner">Machine and process id of the worker that holds the claim, or null.</param>
/// <param name="LeaseUntil">Unix milliseconds.</param>
/// <param name="Error">JSON.</param>
/// <param name="FinishedAt">Unix milliseconds, or null while the run is queued or running.</param>
public sealed record RunRow(
    long Id,
    string Name,
    string Status,
    long Token,
    int Attempts,
    string? Owner,
    long? LeaseUntil,
    int? LastEpoch,
    long? FinishedAt,
    string? WeightsSha256,
    string? Error)
{
    public bool IsRunning => Status == "Running";

    public bool IsOwnedBy(Node node) => Owner?.EndsWith($":{node.Process.Id}", StringComparison.Ordinal) == true;
}
