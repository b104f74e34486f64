using System.Globalization;
using System.Xml;

namespace Velodrome.Api.Datasets.Formats.Excel;

/// <summary>How a number in a cell is shown.</summary>
internal enum NumberStyle
{
    Number,
    Date,
    DateAndTime,
    Time,
}

/// <summary>The styles of a workbook. Excel stores dates as numbers of days; only the style of the cell says that it is a date.</summary>
internal sealed class CellStyles
{
    private readonly List<NumberStyle> _styles = [];

    private CellStyles()
    {
    }

    /// <param name="style">The number of the style in the cell.</param>
    public NumberStyle this[int style] => style >= 0 && style < _styles.Count ? _styles[style] : NumberStyle.Number;

    public static CellStyles Read(Workbook workbook, string? part)
    {
        var styles = new CellStyles();
        var codes = new Dictionary<int, string>();
        using var xml = workbook.Open(part);
        var inCells = false;
        while (xml?.Read() == true)
        {
            switch (xml.LocalName)
            {
                case "numFmt" when xml.NodeType == XmlNodeType.Element:
                    codes[Number(xml, "numFmtId")] = xml.GetAttribute("formatCode") ?? "";
                    break;
                case "cellXfs":
                    inCells = xml is { NodeType: XmlNodeType.Element, IsEmptyElement: false };
                    break;
                case "xf" when inCells && xml.NodeType == XmlNodeType.Element:
                    var id = Number(xml, "numFmtId");
                    styles._styles.Add(codes.TryGetValue(id, out var code) ? StyleOf(code) : StyleOf(id));
                    break;
            }
        }

        return styles;
    }

    /// <summary>The style of a built-in format (ECMA-376, 18.8.30). 27 to 36 and 50 to 58 are dates in East Asia.</summary>
    private static NumberStyle StyleOf(int id) => id switch
    {
        >= 14 and <= 17 or >= 27 and <= 31 or 36 or >= 50 and <= 58 => NumberStyle.Date,
        >= 18 and <= 21 or >= 32 and <= 35 or 45 or 47 => NumberStyle.Time,
        22 => NumberStyle.DateAndTime,
        _ => NumberStyle.Number, // 46 is a duration, [h]:mm:ss
    };

    /// <summary>The style of a format such as <c>dd.mm.yyyy\ hh:mm</c>: which letters it has outside of quotes and brackets.</summary>
    internal static NumberStyle StyleOf(string code)
    {
        var (days, hours) = (false, false);
        for (var at = 0; at < code.Length && code[at] != ';'; at++) // the first section is that of positive numbers
        {
            switch (char.ToLowerInvariant(code[at]))
            {
                case '\\' or '_' or '*':
                    at++; // the next character is literal
                    break;
                case '"':
                    at = EndOf(code, at, '"');
                    break;
                case '[':
                    var end = EndOf(code, at, ']');
                    if (code[(at + 1)..end].ToLowerInvariant() is "h" or "hh" or "m" or "mm" or "s" or "ss")
                    {
                        return NumberStyle.Number; // a duration
                    }

                    at = end;
                    break;
                case 'g' when code.AsSpan(at).StartsWith("General", StringComparison.OrdinalIgnoreCase):
                    return NumberStyle.Number;
                case 'd' or 'y':
                    days = true;
                    break;
                case 'h' or 's':
                    hours = true;
                    break;
                case 'm' when !hours: // a month, unless hours come before it
                    days = true;
                    break;
                case '0' or '#' or '?' when !days && !hours:
                    return NumberStyle.Number;
            }
        }

        return days && hours ? NumberStyle.DateAndTime : days ? NumberStyle.Date : hours ? NumberStyle.Time : NumberStyle.Number;
    }

    private static int EndOf(string code, int start, char end) =>
        code.IndexOf(end, start + 1) is >= 0 and var found ? found : code.Length - 1;

    private static int Number(XmlReader xml, string attribute) =>
        int.TryParse(xml.GetAttribute(attribute), CultureInfo.InvariantCulture, out var number) ? number : 0;
}
