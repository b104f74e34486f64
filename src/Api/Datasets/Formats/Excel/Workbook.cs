using System.IO.Compression;
using System.Xml;
using Velodrome.Api.Datasets.Formats.Archives;
using Velodrome.Api.Memory;
using Velodrome.Training;

namespace Velodrome.Api.Datasets.Formats.Excel;

/// <summary>A sheet of a workbook.</summary>
/// <param name="Name">The name on its tab.</param>
/// <param name="Part">The file in the archive.</param>
/// <param name="IsHidden">Whether Excel shows no tab for it.</param>
internal sealed record Sheet(string Name, string Part, bool IsHidden);

/// <summary>
/// An Excel workbook (.xlsx): a zip archive of XML parts, as ECMA-376 describes them.
/// https://ecma-international.org/publications-and-standards/standards/ecma-376/
/// </summary>
internal sealed class Workbook
{
    private const string DefaultPart = "xl/workbook.xml";
    private const int MaxExpansion = 8;

    private readonly ZipArchive _zip;
    private readonly long _maxPartBytes;

    /// <param name="zip">The archive.</param>
    /// <param name="maxBytes">The largest dataset as CSV. As XML, the same cells are several times longer.</param>
    /// <param name="reserved">Reserves the memory of its texts.</param>
    /// <exception cref="InvalidDataException">The workbook is damaged.</exception>
    public Workbook(ZipArchive zip, long maxBytes, GrowingReservation reserved)
    {
        (_zip, _maxPartBytes) = (zip, MaxExpansion * maxBytes);
        var part = Relations("", "_rels/.rels")
            .FirstOrDefault(relation => relation.Type.EndsWith("/officeDocument", StringComparison.Ordinal))?.Part ?? DefaultPart;
        var relations = Relations(Folder(part), RelationsOf(part)).DistinctBy(relation => relation.Id)
            .ToDictionary(relation => relation.Id);
        Sheets = ReadSheets(part, relations);
        SharedStrings = SharedTexts.Read(this, PartOf("/sharedStrings"), maxBytes, reserved);
        Styles = CellStyles.Read(this, PartOf("/styles"));

        string? PartOf(string type) =>
            relations.Values.FirstOrDefault(relation => relation.Type.EndsWith(type, StringComparison.Ordinal))?.Part;
    }

    /// <summary>The sheets with cells, in the order of their tabs.</summary>
    public IReadOnlyList<Sheet> Sheets { get; }

    public SharedTexts SharedStrings { get; }

    public CellStyles Styles { get; }

    /// <summary>Whether days are counted from 1904, as old versions for the Mac do.</summary>
    public bool CountsFrom1904 { get; private set; }

    public static bool IsWorkbook(ZipArchive zip) => zip.GetEntry("[Content_Types].xml") is not null
        && zip.Entries.Any(entry => entry.FullName.EndsWith("workbook.xml", StringComparison.OrdinalIgnoreCase));

    /// <summary>Opens a part; null if the workbook lacks it. It is read cell by cell, so a large part takes little memory.</summary>
    public XmlReader? Open(string? part)
    {
        var entry = part is null ? null : _zip.GetEntry(part);
        return entry is null ? null : XmlReader.Create(
            new TagLimit(ZipDirectory.Open(entry, _maxPartBytes)),
            new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true });
    }

    private List<Sheet> ReadSheets(string part, Dictionary<string, Relation> relations)
    {
        using var xml = Open(part) ?? throw new InvalidDataException("it has no workbook part");
        List<Sheet> sheets = [];
        while (xml.Read())
        {
            if (xml.NodeType != XmlNodeType.Element)
            {
                continue;
            }

            if (xml.LocalName == "workbookPr")
            {
                CountsFrom1904 = xml.GetAttribute("date1904") is "1" or "true";
            }
            else if (xml.LocalName == "sheet" && RelationId(xml) is { } id && relations.TryGetValue(id, out var relation)
                && relation.Type.EndsWith("/worksheet", StringComparison.Ordinal)) // others are charts
            {
                sheets.Add(new(xml.GetAttribute("name") ?? "", relation.Part, xml.GetAttribute("state") is "hidden" or "veryHidden"));
            }
        }

        return sheets.Count > 0 ? sheets : throw new RefusedException("noRows", null, "The workbook has no sheet with cells.");
    }

    /// <summary>The attribute r:id, whose namespace differs between the two variants of the standard.</summary>
    private static string? RelationId(XmlReader xml)
    {
        string? id = null;
        for (var more = xml.MoveToFirstAttribute(); more; more = xml.MoveToNextAttribute())
        {
            id = xml is { LocalName: "id", NamespaceURI.Length: > 0 } ? xml.Value : id;
        }

        xml.MoveToElement();
        return id;
    }

    private List<Relation> Relations(string folder, string part)
    {
        using var xml = Open(part);
        List<Relation> relations = [];
        while (xml?.Read() == true)
        {
            if (xml is { NodeType: XmlNodeType.Element, LocalName: "Relationship" } && xml.GetAttribute("Target") is { } target)
            {
                relations.Add(new(xml.GetAttribute("Id") ?? "", xml.GetAttribute("Type") ?? "", Resolve(folder, target)));
            }
        }

        return relations;
    }

    private static string Resolve(string folder, string target) => target.StartsWith('/') ? target[1..]
        : target.StartsWith("../", StringComparison.Ordinal) ? Resolve(Folder(folder.TrimEnd('/')), target[3..])
        : folder + target;

    private static string Folder(string part) => part[..(part.LastIndexOf('/') + 1)];

    private static string RelationsOf(string part) => $"{Folder(part)}_rels/{part[Folder(part).Length..]}.rels";

    private sealed record Relation(string Id, string Type, string Part);
}
