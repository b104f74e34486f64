using System.Text.RegularExpressions;
using Velodrome.Data.Datasets;
using Velodrome.Training;

namespace Velodrome.Api.Datasets;

/// <summary>Dataset names are those that people give their files, in any script. In a URL they are escaped.</summary>
internal static partial class DatasetName
{
    /// <exception cref="RefusedException"><c>missingField</c> or <c>invalidName</c>.</exception>
    public static string Check(string? name) =>
        name is null ? throw new RefusedException("missingField", "name", "The dataset needs a name: add ?name=my-table to the URL.")
        : name.Length <= Dataset.MaxNameLength && Allowed().IsMatch(name) ? name
        : throw new RefusedException("invalidName", "name",
            $"\"{Shorten(name)}\" is not a valid dataset name. Use 1 to {Dataset.MaxNameLength} letters, digits, spaces, dots, " +
            "hyphens, underscores and parentheses; start with a letter or digit, and end without a space.");

    private static string Shorten(string name) => name.Length <= Dataset.MaxNameLength ? name : name[..Dataset.MaxNameLength] + "…";

    [GeneratedRegex(@"^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._()-]*(?<! )\z")]
    private static partial Regex Allowed();
}
