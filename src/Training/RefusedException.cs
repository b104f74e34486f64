namespace Velodrome.Training;

/// <summary>One error in a request.</summary>
/// <param name="Code">Stable identifier in camelCase, for programs: <c>unknownColumn</c>.</param>
/// <param name="Field">Path of the field in the request, in camelCase: <c>training.epochs</c>. Null for the request as a whole.</param>
/// <param name="Message">For people: the value, the allowed range, and what to send instead.</param>
public sealed record Fault(string Code, string? Field, string Message);

/// <summary>The request can't be carried out, and the caller can fix it. Never a failure of the program itself.</summary>
public sealed class RefusedException(IReadOnlyList<Fault> faults) : Exception(faults[0].Message)
{
    /// <summary>Refuses a request with a single error.</summary>
    public RefusedException(string code, string? field, string message) : this([new Fault(code, field, message)]) { }

    /// <summary>All errors, the one to fix first at the front; never empty.</summary>
    public IReadOnlyList<Fault> Faults { get; } = faults;
}
