namespace Velodrome.Data.Maintenance;

/// <summary>One line of what was verified.</summary>
/// <param name="What">Plural: "models".</param>
/// <param name="Count">How many were verified.</param>
/// <param name="Faults">A sentence for each that is damaged.</param>
public sealed record Verification(string What, long Count, IReadOnlyList<string> Faults);
