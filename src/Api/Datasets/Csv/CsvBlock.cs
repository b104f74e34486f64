using System.Buffers;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>A block of CSV rows with the text of their cells. It can be processed while the rows after it are read.</summary>
internal sealed class CsvBlock
{
    private const int MaxRows = 4_096;
    private const int MaxCells = 1 << 18;

    /// <summary>After so many bytes, a block has no further row; a row has at most 4 MiB.</summary>
    public const int MaxTextBytes = 4 << 20;

    private readonly ArrayBufferWriter<byte> _text = new();
    private readonly List<int> _ends = [];
    private readonly List<long> _lines = [];

    public int Columns { get; private set; }

    public int Rows => _lines.Count;

    /// <summary>The most rows of a block, so that wide files do not make large ones.</summary>
    /// <param name="columns">Columns that are read or added.</param>
    public static int MaxRowsOf(int columns) => Math.Clamp(MaxCells / columns, 1, MaxRows);

    /// <summary>Reads the next block. It is empty at the end of the CSV.</summary>
    /// <param name="rows">The CSV.</param>
    /// <param name="added">Columns that the prediction adds.</param>
    public static CsvBlock Read(CsvRows rows, int added)
    {
        var block = new CsvBlock();
        block.Fill(rows, added);
        return block;
    }

    /// <summary>Replaces the block's rows by the next ones of the CSV; by none at its end.</summary>
    /// <inheritdoc cref="Read"/>
    public void Fill(CsvRows rows, int added = 0)
    {
        Columns = rows.Fields;
        _text.ResetWrittenCount();
        _lines.Clear();
        _ends.Clear();
        _ends.Add(0);
        var maxRows = MaxRowsOf(Columns + added);
        while (Rows < maxRows && _text.WrittenCount < MaxTextBytes && rows.Next())
        {
            for (var column = 0; column < Columns; column++)
            {
                _text.Write(rows.Cell(column));
                _ends.Add(_text.WrittenCount);
            }

            _lines.Add(rows.Line);
        }
    }

    public ReadOnlySpan<byte> Cell(int row, int column)
    {
        var index = row * Columns + column;
        return _text.WrittenSpan[_ends[index].._ends[index + 1]];
    }

    /// <summary>Returns the line of the file in which the row ends, from 1.</summary>
    public long Line(int row) => _lines[row];
}
