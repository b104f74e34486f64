namespace Velodrome.Fuzz.Checks;

/// <summary>Kinds of findings about a response or about the whole service.</summary>
public enum FindingKind
{
    /// <summary>A status of 500 or above.</summary>
    ServerError,

    /// <summary>An error without a body, or with one that is not problem+json with a code.</summary>
    NoProblem,

    /// <summary>A code that the operation does not declare, or a status that does not belong to it.</summary>
    Undeclared,

    /// <summary>A path of the machine, a stack trace, or the name of a .NET type in a response.</summary>
    Leak,

    /// <summary>A success that the sender's role does not allow, a refusal of a role that is enough, or an unsafe cookie.</summary>
    Access,

    /// <summary>A success with invalid JSON, or with a number that is not finite.</summary>
    BrokenBody,

    /// <summary>No response within 5 seconds.</summary>
    Hang,

    /// <summary>The connection ended without a response, or the process ended.</summary>
    Broken,

    /// <summary>The memory of the process grew from quarter to quarter of the time.</summary>
    Memory,
}

/// <summary>One finding.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Message">The details, on one line.</param>
/// <param name="File">The bytes of the request, for <c>replay</c>; null if it is not about one request.</param>
public sealed record Finding(FindingKind Kind, string Message, string? File);
