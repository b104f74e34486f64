using System.Text.RegularExpressions;
using Velodrome.Data.Datasets;
using Velodrome.Training;

namespace Velodrome.Api.Datasets;

/// <summary>Names that need no escaping in an address.</summary>
internal static partial class DatasetName
{
    /// <exception cref="RefusedException"><c>missingField</c> or <c>invalidName</c>.</exception>
    public static string Check(string? name) =>
        name is null ? throw new RefusedException("missingField", "name", "The dataset needs a name: add ?name=my-table to the address.")
        : name.Length <= Dataset.MaxNameLength && Allowed().IsMatch(name) ? name
        : throw new RefusedException("invalidName", "name",
            $"\"{name}\" is no name for a dataset. Use 1 to {Dataset.MaxNameLength} letters, digits, dots, hyphens and underscores, the first a letter or digit.");

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]*\z")]
    private static partial Regex Allowed();
}
