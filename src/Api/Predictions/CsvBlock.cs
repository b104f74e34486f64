using System.Buffers;
using Velodrome.Api.Datasets.Csv;

namespace Velodrome.Api.Predictions;

/// <summary>A block of CSV rows with the text of their cells.</summary>
internal sealed class CsvBlock
{
    private const int MaxRows = 4_096;

    private readonly ArrayBufferWriter<byte> _text = new();
    private readonly List<int> _ends = [0];
    private readonly List<long> _lines = [];

    private CsvBlock(int columns) => Columns = columns;

    public int Columns { get; }

    public int Rows => _lines.Count;

    /// <summary>Reads the next block. It is empty at the end of the CSV.</summary>
    public static CsvBlock Read(CsvRows rows)
    {
        var block = new CsvBlock(rows.Names.Count);
        while (block.Rows < MaxRows && rows.Next())
        {
            for (var column = 0; column < block.Columns; column++)
            {
                block._text.Write(rows.Cell(column));
                block._ends.Add(block._text.WrittenCount);
            }

            block._lines.Add(rows.Line);
        }

        return block;
    }

    public ReadOnlySpan<byte> Cell(int row, int column)
    {
        var index = row * Columns + column;
        return _text.WrittenSpan[_ends[index].._ends[index + 1]];
    }

    /// <summary>The line of the file in which the row ends, from 1.</summary>
    public long Line(int row) => _lines[row];
}
