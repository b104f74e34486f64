using System.IO.Compression;
using System.Text;
using System.Xml;
using Velodrome.Api.Datasets.Formats.Excel;
using Velodrome.Training;

namespace Velodrome.Api.Datasets.Formats.Export;

/// <summary>
/// Writes a table as an Excel workbook with one sheet. A text is a text cell, even if it looks like a number or a formula. A date before
/// March 1900 is a text too, because Excel's calendar is wrong there.
/// </summary>
internal static class XlsxTable
{
    private const int MaxTextLength = 32_767;
    private const string DateStyle = "1";
    private const string TimeStyle = "2";
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string Package = "http://schemas.openxmlformats.org/package/2006";
    private const string Part = "application/vnd.openxmlformats-officedocument.spreadsheetml";

    private static readonly DateTime DayZero = new(1899, 12, 30, 0, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime FirstDay = new(1900, 3, 1, 0, 0, 0, DateTimeKind.Utc);

    private static readonly (string Name, string Xml)[] FixedParts =
    [
        ("[Content_Types].xml", $"""
            <Types xmlns="{Package}/content-types">
              <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
              <Default Extension="xml" ContentType="application/xml"/>
              <Override PartName="/xl/workbook.xml" ContentType="{Part}.sheet.main+xml"/>
              <Override PartName="/xl/styles.xml" ContentType="{Part}.styles+xml"/>
              <Override PartName="/xl/worksheets/sheet1.xml" ContentType="{Part}.worksheet+xml"/>
            </Types>
            """),
        ("_rels/.rels", RelationsTo(("officeDocument", "xl/workbook.xml"))),
        ("xl/workbook.xml", $"""
            <workbook xmlns="{Main}" xmlns:r="{Relations}"><sheets><sheet name="Table" sheetId="1" r:id="rId1"/></sheets></workbook>
            """),
        ("xl/_rels/workbook.xml.rels", RelationsTo(("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml"))),
        ("xl/styles.xml", $"""
            <styleSheet xmlns="{Main}">
              <fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>
              <fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>
              <borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
              <cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
              <cellXfs count="3">
                <xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>
                <xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
                <xf numFmtId="22" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
              </cellXfs>
            </styleSheet>
            """),
    ];

    /// <exception cref="RefusedException"><c>tooLargeForFormat</c>.</exception>
    public static void Write(TypedRows rows, Stream output, CancellationToken cancellationToken)
    {
        if (rows.Columns.Count > CellRange.MaxColumn)
        {
            throw TooLarge($"The table has {rows.Columns.Count} columns; a sheet has at most {CellRange.MaxColumn}.");
        }

        using var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var (name, xml) in FixedParts)
        {
            using var part = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
            part.Write(Encoding.UTF8.GetBytes(xml));
        }

        using var sheet = zip.CreateEntry("xl/worksheets/sheet1.xml", CompressionLevel.Fastest).Open();
        using var writer = XmlWriter.Create(sheet, new XmlWriterSettings { Encoding = new UTF8Encoding(false) });
        writer.WriteStartElement("worksheet", Main);
        writer.WriteStartElement("sheetData", Main);
        WriteHeader(writer, rows);
        for (var row = 2; rows.Next(); row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (row > CellRange.MaxRow)
            {
                throw TooLarge($"The table has more than {CellRange.MaxRow - 1} rows, which is all that fits below a sheet's header.");
            }

            WriteRow(writer, rows, row);
        }
    }

    private static string RelationsTo(params (string Type, string Part)[] parts) =>
        $"""<Relationships xmlns="{Package}/relationships">""" +
        string.Concat(parts.Select((relation, number) =>
            $"""<Relationship Id="rId{number + 1}" Type="{Relations}/{relation.Type}" Target="{relation.Part}"/>""")) +
        "</Relationships>";

    private static void WriteHeader(XmlWriter writer, TypedRows rows)
    {
        writer.WriteStartElement("row", Main);
        foreach (var column in rows.Columns)
        {
            WriteText(writer, column.Name, 1, column.Name);
        }

        writer.WriteEndElement();
    }

    private static void WriteRow(XmlWriter writer, TypedRows rows, int row)
    {
        writer.WriteStartElement("row", Main);
        for (var column = 0; column < rows.Columns.Count; column++)
        {
            if (rows.IsNumber(column) && rows.Number(column) is { } number)
            {
                WriteValue(writer, "n", XmlConvert.ToString(number));
            }
            else if (rows.IsTime(column) && rows.Time(column) is { } time && time >= FirstDay)
            {
                WriteValue(writer, "n", XmlConvert.ToString((time - DayZero).TotalDays),
                    style: time.TimeOfDay == TimeSpan.Zero ? DateStyle : TimeStyle);
            }
            else if (rows.IsBoolean(column) && rows.Boolean(column) is { } value)
            {
                WriteValue(writer, "b", value ? "1" : "0");
            }
            else if (!rows.IsNumber(column) && !rows.IsBoolean(column) && rows.Text(column) is { } text)
            {
                WriteText(writer, text, row, rows.Columns[column].Name);
            }
            else
            {
                writer.WriteStartElement("c", Main);
                writer.WriteEndElement();
            }
        }

        writer.WriteEndElement();
    }

    private static void WriteValue(XmlWriter writer, string type, string value, string? style = null)
    {
        writer.WriteStartElement("c", Main);
        if (style is not null)
        {
            writer.WriteAttributeString("s", style);
        }

        writer.WriteAttributeString("t", type);
        writer.WriteElementString("v", Main, value);
        writer.WriteEndElement();
    }

    private static void WriteText(XmlWriter writer, string text, int row, string column)
    {
        if (text.Length > MaxTextLength)
        {
            throw TooLarge($"Row {row} of the sheet would have a text of {text.Length} characters in the column \"{column}\"; " +
                $"a cell has at most {MaxTextLength}.");
        }

        writer.WriteStartElement("c", Main);
        writer.WriteAttributeString("t", "inlineStr");
        writer.WriteStartElement("is", Main);
        writer.WriteStartElement("t", Main);
        writer.WriteAttributeString("xml", "space", null, "preserve");
        writer.WriteString(EscapedText.Encode(text));
        writer.WriteEndElement();
        writer.WriteEndElement();
        writer.WriteEndElement();
    }

    private static RefusedException TooLarge(string reason) =>
        new("tooLargeForFormat", "format", $"{reason} Ask for CSV, Parquet or Arrow instead.");
}
