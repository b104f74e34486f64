using System.Buffers;
using System.Text;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Api.Datasets.Formats;

/// <summary>The types that the cells of a column have in the format in which a table was sent.</summary>
internal struct CellTypes
{
    private const int LongestNumber = 64;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    private bool _hasFraction;
    private bool _hasMarkedText;

    /// <summary>Whether a cell is a number.</summary>
    public bool HasNumber { get; private set; }

    /// <summary>Whether a cell is true or false.</summary>
    public bool HasBoolean { get; private set; }

    /// <summary>Whether a cell is a text.</summary>
    public bool HasText { get; private set; }

    /// <summary>How the cells that can be read as numbers are written.</summary>
    public readonly NumberCells Numbers =>
        !HasNumber ? NumberCells.Texts
        : !_hasMarkedText ? NumberCells.Typed
        : _hasFraction ? NumberCells.Mixed
        : NumberCells.Texts; // whole numbers are the same whatever the decimal mark

    public void NoteBoolean() => HasBoolean = true;

    /// <param name="hasFraction">Whether the number is written with a decimal point.</param>
    public void NoteNumber(bool hasFraction)
    {
        HasNumber = true;
        _hasFraction |= hasFraction;
    }

    public void NoteText(ReadOnlySpan<char> text)
    {
        HasText = true;
        if (!_hasMarkedText && text.Length <= LongestNumber && text.ContainsAny(Digits))
        {
            Span<byte> bytes = stackalloc byte[4 * LongestNumber];
            bytes = bytes[..Encoding.UTF8.GetBytes(text, bytes)];
            _hasMarkedText = NumberFormat.IsNumber(bytes) && (bytes.Contains((byte)'.') || !CellReader.IsPlainNumber(bytes, out _));
        }
    }
}
