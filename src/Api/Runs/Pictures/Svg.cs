using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace Velodrome.Api.Runs.Pictures;

/// <summary>Makes SVG elements.</summary>
internal static class Svg
{
    private static readonly XNamespace Namespace = "http://www.w3.org/2000/svg";

    public static XElement Element(string name, params (string Name, string Value)[] attributes) =>
        new(Namespace + name, attributes.Select(attribute => new XAttribute(attribute.Name, attribute.Value)));

    public static XElement Element(string name, string text) => new(Namespace + name, ReplaceInvalid(text));

    public static XElement Text(double x, double y, string text, string? cssClass = null, string anchor = "start")
    {
        var element = Element("text", ("x", Number(x)), ("y", Number(y)), ("text-anchor", anchor));
        element.Add(cssClass is null ? null : new XAttribute("class", cssClass), ReplaceInvalid(text));
        return element;
    }

    public static XElement Line(string cssClass, double x1, double y1, double x2, double y2) => Element("line",
        ("class", cssClass), ("x1", Number(x1)), ("x2", Number(x2)), ("y1", Number(y1)), ("y2", Number(y2)));

    public static XElement Circle(string cssClass, double x, double y, double radius) => Element("circle",
        ("class", cssClass), ("cx", Number(x)), ("cy", Number(y)), ("r", Number(radius)));

    /// <summary>Makes a line through the points. A point without y leaves a gap.</summary>
    public static XElement Path(string cssClass, IEnumerable<(double X, double? Y)> points)
    {
        var path = new StringBuilder();
        var command = 'M';
        foreach (var (x, y) in points)
        {
            if (y is { } known)
            {
                path.Append(CultureInfo.InvariantCulture, $"{command}{Number(x)} {Number(known)}");
            }

            command = y is null ? 'M' : 'L';
        }

        return Element("path", ("class", cssClass), ("d", path.ToString()));
    }

    /// <summary>Replaces characters that XML does not allow. The names of runs and columns may contain them.</summary>
    private static string ReplaceInvalid(string text) => string.Concat(text.EnumerateRunes().Select(rune => rune.Value switch
    {
        '\t' or '\n' or '\r' => rune,
        < 0x20 or 0xFFFE or 0xFFFF => Rune.ReplacementChar,
        _ => rune,
    }));

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
