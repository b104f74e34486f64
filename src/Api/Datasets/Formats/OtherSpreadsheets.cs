using System.IO.Compression;
using System.Text;
using Velodrome.Api.Datasets.Formats.Archives;
using Velodrome.Training;

namespace Velodrome.Api.Datasets.Formats;

/// <summary>Recognises spreadsheets that are zip archives, as .xlsx is, but are not read.</summary>
internal static class OtherSpreadsheets
{
    private const int MaxTypeLength = 100;

    /// <exception cref="RefusedException"><c>unsupportedMediaType</c>, with what to save the file as.</exception>
    public static void Refuse(ZipArchive zip)
    {
        var name = zip.GetEntry("xl/workbook.bin") is not null ? "a binary Excel workbook (.xlsb)"
            : zip.GetEntry("Index/Document.iwa") is not null ? "an Apple Numbers spreadsheet (.numbers)"
            : TypeOf(zip).StartsWith("application/vnd.oasis.opendocument.spreadsheet", StringComparison.Ordinal)
                ? "an OpenDocument spreadsheet (.ods)"
            : null;
        if (name is not null)
        {
            throw new RefusedException("unsupportedMediaType", null, $"The file is {name}. Save it as .xlsx or CSV and send that.");
        }
    }

    /// <summary>The media type that an OpenDocument file contains as its first entry; empty for another archive.</summary>
    private static string TypeOf(ZipArchive zip)
    {
        if (zip.GetEntry("mimetype") is not { Length: <= MaxTypeLength } entry)
        {
            return "";
        }

        using var content = ZipDirectory.Open(entry, MaxTypeLength);
        var bytes = new byte[MaxTypeLength];
        return Encoding.ASCII.GetString(bytes, 0, content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
    }
}
