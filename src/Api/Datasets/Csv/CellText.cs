using System.Text;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>Shows a cell in a message; only its beginning if it is long.</summary>
internal static class CellText
{
    private const int ShownLength = 40;

    public static string Shorten(ReadOnlySpan<byte> cell)
    {
        var text = Encoding.UTF8.GetString(cell);
        return text.Length <= ShownLength ? text : $"{text.AsSpan(0, ShownLength)}…";
    }

    /// <summary>The text in quotes.</summary>
    public static string Shown(ReadOnlySpan<byte> cell) => $"\"{Shorten(cell)}\"";
}
