using System.Runtime.CompilerServices;

namespace Velodrome.Crash.Tests.Mutations;

/// <summary>A fault to build into the service, as a change of its source code.</summary>
/// <param name="File">The source file, relative to src/.</param>
/// <param name="Original">Must occur in the file exactly once. If it does not, the mutation has to be adapted to the new code.</param>
/// <param name="Replacement">Takes the place of <paramref name="Original"/>.</param>
internal sealed record Mutation(string File, string Original, string Replacement)
{
    public static string RepositoryFolder { get; } = Path.GetFullPath(Path.Combine(ThisFolder(), "..", "..", ".."));

    /// <summary>The project that contains the file.</summary>
    public string Project => File.Split('/')[0];

    /// <summary>The changed source of the file.</summary>
    public string Apply()
    {
        var source = System.IO.File.ReadAllText(Path.Combine(RepositoryFolder, "src", File));
        var occurrences = source.Split(Original).Length - 1;
        Assert.True(occurrences == 1, $"src/{File} contains this text {occurrences} times instead of once:\n{Original}");
        return source.Replace(Original, Replacement, StringComparison.Ordinal);
    }

    private static string ThisFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
