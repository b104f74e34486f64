using CsvHelper;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Api.Predictions;

/// <summary>
/// Writes text that a spreadsheet does not run. Excel and others compute a cell that begins with = + - or @; an apostrophe before it makes
/// it text (OWASP, CSV injection). Numbers stay as they are.
/// </summary>
internal static class SpreadsheetText
{
    public static void Write(CsvWriter csv, ReadOnlySpan<byte> text)
    {
        if (text is not [(byte)'=' or (byte)'+' or (byte)'-' or (byte)'@' or (byte)'\t' or (byte)'\r', _, ..]
            || NumberFormat.IsNumber(text))
        {
            csv.WriteField(text);
            return;
        }

        var safe = new byte[text.Length + 1];
        safe[0] = (byte)'\'';
        text.CopyTo(safe.AsSpan(1));
        csv.WriteField((ReadOnlySpan<byte>)safe);
    }
}
