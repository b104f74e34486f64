using System.Text;
using System.Xml;
using Velodrome.Api.Memory;
using Velodrome.Training;

namespace Velodrome.Api.Datasets.Formats.Excel;

/// <summary>The texts of a workbook, each stored once. Cells refer to them by number.</summary>
internal sealed class SharedTexts
{
    /// <summary>Memory that a string takes besides its characters.</summary>
    private const int BytesPerText = 32;

    private readonly List<string> _texts = [];

    private SharedTexts()
    {
    }

    public string this[int number] => number >= 0 && number < _texts.Count ? _texts[number]
        : throw new InvalidDataException("a cell refers to a text that the workbook lacks");

    /// <param name="workbook">The workbook.</param>
    /// <param name="part">The part with the texts; null if it has none.</param>
    /// <param name="maxBytes">The memory that they may take.</param>
    /// <param name="reserved">Reserves it.</param>
    /// <exception cref="RefusedException"><c>bodyTooLarge</c>.</exception>
    public static SharedTexts Read(Workbook workbook, string? part, long maxBytes, GrowingReservation reserved)
    {
        var texts = new SharedTexts();
        using var xml = workbook.Open(part);
        var bytes = 0L;
        while (xml?.Read() == true)
        {
            if (xml is { NodeType: XmlNodeType.Element, LocalName: "si" })
            {
                var text = ReadText(xml);
                texts._texts.Add(text);
                bytes += BytesPerText + 2L * text.Length;
                if (bytes > maxBytes)
                {
                    throw new RefusedException("bodyTooLarge", null,
                        $"The texts of the workbook take more than {maxBytes >> 20} MiB of memory. Save the sheet as CSV and send that.");
                }

                reserved.EnsureAtLeast(bytes);
            }
        }

        return texts;
    }

    /// <summary>Reads the text of an element, which may have runs in different fonts. Phonetic guides to characters are left out.</summary>
    public static string ReadText(XmlReader xml)
    {
        if (xml.IsEmptyElement)
        {
            return "";
        }

        var (depth, text, more) = (xml.Depth, (StringBuilder?)null, (string?)null);
        while (xml.Read() && xml.Depth > depth)
        {
            if (xml is { NodeType: XmlNodeType.Element, LocalName: "rPh" })
            {
                SkipTo(xml, xml.Depth);
            }
            else if (xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace)
            {
                if (more is null)
                {
                    more = xml.Value;
                }
                else
                {
                    (text ??= new StringBuilder(more)).Append(xml.Value);
                }
            }
        }

        return text?.ToString() ?? more ?? "";
    }

    private static void SkipTo(XmlReader xml, int depth)
    {
        if (!xml.IsEmptyElement)
        {
            while (xml.Read() && xml.Depth > depth)
            {
                // up to the end of the element
            }
        }
    }
}
