using System.Text;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>Texts, each kept once; of those beyond the levels that a column keeps, only a hash, to count them.</summary>
internal sealed class CategoryCells(string name, int rows) : ColumnCells
{
    private readonly int[] _codes = new int[rows];
    private readonly Dictionary<string, int> _levels = [];
    private char[] _text = new char[256];
    private ulong[] _beyond = [];
    private int _beyondCount;

    public override void Set(int row, ReadOnlySpan<byte> cell) => _codes[row] = Cell.IsMissing(cell) ? CategoryColumn.Missing : CodeOf(row, cell);

    public override Column ToColumn() => new CategoryColumn(name, _codes, [.. _levels.Keys], _levels.Count + DistinctBeyond());

    private int CodeOf(int row, ReadOnlySpan<byte> cell)
    {
        if (cell.Length > _text.Length)
        {
            _text = new char[cell.Length]; // UTF-8 has at least one byte a char
        }

        var text = _text.AsSpan(0, Encoding.UTF8.GetChars(cell, _text));
        var levels = _levels.GetAlternateLookup<ReadOnlySpan<char>>();
        if (levels.TryGetValue(text, out var code))
        {
            return code;
        }

        if (_levels.Count < CategoryColumn.MaxLevels)
        {
            levels[text] = _levels.Count;
            return _levels.Count - 1;
        }

        if (_beyondCount == 0)
        {
            _beyond = new ulong[rows - row]; // an array to sort takes a third of what a hash set of them would
        }

        _beyond[_beyondCount++] = Hash(cell);
        return CategoryColumn.MaxLevels;
    }

    private int DistinctBeyond()
    {
        var hashes = _beyond.AsSpan(0, _beyondCount);
        hashes.Sort();
        var distinct = 0;
        for (var number = 0; number < hashes.Length; number++)
        {
            distinct += number == 0 || hashes[number] != hashes[number - 1] ? 1 : 0;
        }

        return distinct;
    }

    /// <summary>FNV-1a (Fowler, Noll and Vo): 64 bits, the same on every machine.</summary>
    private static ulong Hash(ReadOnlySpan<byte> text)
    {
        var hash = 14695981039346656037UL;
        foreach (var octet in text)
        {
            hash = (hash ^ octet) * 1099511628211UL;
        }

        return hash;
    }
}
