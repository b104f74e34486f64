namespace Velodrome.Training;

/// <summary>One thing that is wrong with a request: a stable code, the field's path in camelCase, and what to send instead.</summary>
/// <param name="Code">Stable, camelCase, for programs: <c>unknownColumn</c>.</param>
/// <param name="Field">Path of the field as the caller wrote it: <c>training.epochs</c>. Null when it is the request as a whole.</param>
/// <param name="Message">For people: the value, the allowed range, and what to send instead.</param>
public sealed record Fault(string Code, string? Field, string Message);

/// <summary>What was asked for can't be done, and the caller can mend it. Never a failure of the program itself.</summary>
public sealed class RefusedException(IReadOnlyList<Fault> faults) : Exception(faults[0].Message)
{
    public RefusedException(string code, string? field, string message) : this([new Fault(code, field, message)]) { }

    /// <summary>All that is wrong, the first to mend first; never empty.</summary>
    public IReadOnlyList<Fault> Faults { get; } = faults;
}
