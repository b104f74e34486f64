using System.Text.RegularExpressions;

namespace Velodrome.Api.Tests.Documents;

/// <summary>Documents link to files and name their paths in backticks; both must exist.</summary>
public sealed partial class DocumentLinkTests
{
    /// <summary>Paths that are written without a folder of the repository's root are relative to src.</summary>
    private static readonly string[] Roots = [Repository.Root, Repository.PathTo("src")];

    [Fact]
    public void Every_link_to_a_file_works()
    {
        var links = from document in Documents()
                    from match in Links().Matches(File.ReadAllText(document))
                    select (Document: document, Target: match.Groups["target"].Value);

        Assert.All(links, link => Assert.True(
            Exists(Path.Combine(Path.GetDirectoryName(link.Document)!, link.Target)),
            $"{Name(link.Document)} links to {link.Target}, which does not exist."));
    }

    [Fact]
    public void Every_path_in_backticks_exists()
    {
        var paths = from document in Documents()
                    where Name(document) != "CHANGELOG.md" // it also names files that are gone
                    from match in Paths().Matches(File.ReadAllText(document))
                    select (Document: document, Path: match.Groups["path"].Value);

        Assert.All(paths.Distinct(), named => Assert.True(
            Roots.Any(root => Exists(Path.Combine(root, named.Path))),
            $"{Name(named.Document)} names {named.Path}, which does not exist."));
    }

    private static IEnumerable<string> Documents() =>
    [
        .. Directory.EnumerateFiles(Repository.Root, "*.md"),
        .. Directory.EnumerateFiles(Repository.PathTo("docs"), "*.md", SearchOption.AllDirectories),
        .. Directory.EnumerateFiles(Repository.PathTo("src"), "*.md", SearchOption.AllDirectories),
    ];

    private static string Name(string document) => Path.GetRelativePath(Repository.Root, document);

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);

    /// <summary>The target of a Markdown link, without its anchor. Addresses and links within the page do not match.</summary>
    [GeneratedRegex(@"\]\((?!https?:|#)(?<target>[^)#]+)(#[^)]*)?\)")]
    private static partial Regex Links();

    /// <summary>A path that begins with one of the repository's folders, or with one of src's.</summary>
    [GeneratedRegex(@"`(?<path>(src|tests|docs|bench|build|requests|Training|Data|Api)/[\w./-]*)`")]
    private static partial Regex Paths();
}
