using System.Globalization;

namespace Velodrome.Failpoints;

/// <summary>The side of a commit on which the process dies.</summary>
public enum Side
{
    /// <summary>The process first waits for half a second, in which a result that is visible before its commit can be noticed.</summary>
    Before,

    After,
}

/// <summary>
/// A commit at which a process kills itself. The text form <c>finish:before:2</c> means: before the second commit that finishes a run.
/// </summary>
/// <param name="Operation">One of <see cref="Operations.Names"/>.</param>
/// <param name="Side">Before or after the commit.</param>
/// <param name="Occurrence">Counts the process's commits of that operation, from 1.</param>
public sealed record Failpoint(string Operation, Side Side, int Occurrence = 1)
{
    /// <summary>The environment variable from which a process reads its failpoint.</summary>
    public const string Variable = "VELODROME_FAILPOINT";

    /// <exception cref="FormatException">The text is not a failpoint.</exception>
    public static Failpoint Parse(string text) =>
        text.Split(':') is [var operation, var sideText, var occurrenceText]
        && Operations.Names.Contains(operation)
        && Enum.TryParse<Side>(sideText, ignoreCase: true, out var side)
        && int.TryParse(occurrenceText, NumberStyles.None, CultureInfo.InvariantCulture, out var occurrence)
            ? new(operation, side, occurrence)
            : throw new FormatException(
                $"'{text}' is not a failpoint. Write OPERATION:before:N or OPERATION:after:N, where N counts from 1 " +
                $"and OPERATION is one of {string.Join(", ", Operations.Names)}.");

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Operation}:{Side.ToString().ToLowerInvariant()}:{Occurrence}");
}
