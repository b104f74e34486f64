using System.Globalization;

namespace Velodrome.Failpoints;

/// <summary>Which side of a commit.</summary>
public enum Side
{
    /// <summary>The commit is held for a moment first, so that whoever shows its work too early has time to be seen doing so.</summary>
    Before,

    After,
}

/// <summary>A moment at which a process kills itself, written as <c>finish:before:2</c>: before its second commit that ends a run.</summary>
/// <param name="Operation">One of <see cref="Operations.Names"/>.</param>
/// <param name="Side">Before or after the commit.</param>
/// <param name="Time">Which of the process's commits of that operation, from 1.</param>
public sealed record Failpoint(string Operation, Side Side, int Time = 1)
{
    /// <summary>The environment variable that a process finds its failpoint in.</summary>
    public const string Variable = "VELODROME_FAILPOINT";

    /// <exception cref="FormatException">It is not written so.</exception>
    public static Failpoint Parse(string text) =>
        text.Split(':') is [var operation, var side, var time]
        && Operations.Names.Contains(operation)
        && Enum.TryParse<Side>(side, ignoreCase: true, out var parsed)
        && int.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new(operation, parsed, number)
            : throw new FormatException($"\"{text}\" is no failpoint: write operation:before:time or operation:after:time, with one of {string.Join(", ", Operations.Names)}.");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Operation}:{Side.ToString().ToLowerInvariant()}:{Time}");
}
