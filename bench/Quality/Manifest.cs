namespace Velodrome.Bench.Quality;

/// <summary>
/// The tables of a folder: manifest.tsv has a line for each, with the columns file, task (regression or classification) and target,
/// separated by tabs. Further columns are for people.
/// </summary>
internal static class Manifest
{
    private const string FileName = "manifest.tsv";
    private const string Header = "file\ttask\ttarget";

    /// <exception cref="InvalidDataException">A line is not understood.</exception>
    /// <exception cref="IOException">There is no such file.</exception>
    public static IReadOnlyList<TableSource> Read(string folder)
    {
        var lines = File.ReadAllLines(Path.Combine(folder, FileName));
        if (lines.Length == 0 || !lines[0].StartsWith(Header, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"The first line of {FileName} must begin with file, task and target, separated by tabs.");
        }

        return [.. lines.Skip(1).Where(line => line.Length > 0).Select(line => Parse(folder, line))];
    }

    private static TableSource Parse(string folder, string line) => line.Split('\t') switch
    {
        [var file, ("regression" or "classification") and var task, var target, ..] => new(
            Path.GetFileNameWithoutExtension(file), task == "classification", target, () => File.OpenRead(Path.Combine(folder, file))),
        _ => throw new InvalidDataException(
            $"A line of {FileName} needs a file, regression or classification, and a target, separated by tabs: {line}"),
    };
}
