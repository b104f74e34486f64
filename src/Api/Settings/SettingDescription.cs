using System.Collections;
using System.Reflection;
using System.Xml.Linq;

namespace Velodrome.Api.Settings;

/// <summary>A setting's name, as one writes it on the command line (<c>Database:Provider</c>), and what it means.</summary>
/// <param name="Name">Parts are separated by colons. Case does not matter.</param>
/// <param name="Sentence">The summary of its property in <see cref="VelodromeSettings"/>, which also names its default.</param>
/// <param name="IsList">True if its values are <c>Name:0</c>, <c>Name:1</c> and so on.</param>
internal sealed record SettingDescription(string Name, string Sentence, bool IsList)
{
    private static readonly Lazy<Dictionary<string, string>> Summaries = new(ReadSummaries);

    /// <summary>Every setting, in the order of <see cref="VelodromeSettings"/>.</summary>
    public static IReadOnlyList<SettingDescription> All { get; } = [.. Of(typeof(VelodromeSettings), "")];

    private static IEnumerable<SettingDescription> Of(Type type, string prefix) => type.GetProperties()
        .Where(property => property.CanWrite)
        .SelectMany(property => IsSection(property.PropertyType)
            ? Of(property.PropertyType, $"{prefix}{property.Name}:")
            : [new(prefix + property.Name, Summary(property), IsListType(property.PropertyType))]);

    private static bool IsSection(Type type) => type.IsClass && type.Namespace == typeof(VelodromeSettings).Namespace;

    private static bool IsListType(Type type) => type != typeof(string) && type.IsAssignableTo(typeof(IEnumerable));

    private static string Summary(PropertyInfo property) =>
        Summaries.Value.GetValueOrDefault($"P:{property.DeclaringType!.FullName!.Replace('+', '.')}.{property.Name}", "");

    /// <summary>Reads the documentation file that the compiler writes beside the program.</summary>
    private static Dictionary<string, string> ReadSummaries()
    {
        var file = Path.ChangeExtension(typeof(SettingDescription).Assembly.Location, ".xml");
        return File.Exists(file)
            ? XDocument.Load(file).Descendants("member").Where(member => member.Element("summary") is not null)
                .ToDictionary(member => member.Attribute("name")!.Value, member => Text(member.Element("summary")!))
            : [];
    }

    private static string Text(XElement summary)
    {
        foreach (var reference in summary.Descendants("see").ToList())
        {
            reference.ReplaceWith(reference.Attribute("cref")?.Value.Split('.')[^1] ?? reference.Value);
        }

        return string.Join(' ', summary.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
