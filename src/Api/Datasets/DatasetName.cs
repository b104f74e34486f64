using System.Text.RegularExpressions;
using Velodrome.Data.Datasets;
using Velodrome.Training;

namespace Velodrome.Api.Datasets;

/// <summary>Dataset names are restricted to characters that need no escaping in a URL.</summary>
internal static partial class DatasetName
{
    /// <exception cref="RefusedException"><c>missingField</c> or <c>invalidName</c>.</exception>
    public static string Check(string? name) =>
        name is null ? throw new RefusedException("missingField", "name", "The dataset needs a name: add ?name=my-table to the URL.")
        : name.Length <= Dataset.MaxNameLength && Allowed().IsMatch(name) ? name
        : throw new RefusedException("invalidName", "name",
            $"\"{Shorten(name)}\" is not a valid dataset name. Use 1 to {Dataset.MaxNameLength} letters, digits, dots, hyphens and " +
            "underscores; start with a letter or digit.");

    private static string Shorten(string name) => name.Length <= Dataset.MaxNameLength ? name : name[..Dataset.MaxNameLength] + "…";

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]*\z")]
    private static partial Regex Allowed();
}
