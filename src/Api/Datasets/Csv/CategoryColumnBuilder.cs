using System.Text;
using Velodrome.Training.Tables;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>Builds a column of text. A column keeps a limited number of levels; further values are only counted, by their hashes.</summary>
internal sealed class CategoryColumnBuilder(CellReader reader, ColumnArrays arrays) : ColumnBuilder
{
    private readonly int[] _codes = arrays.TakeCodes();
    private readonly Dictionary<string, int> _levels = [];
    private char[] _text = new char[256];

    /// <summary>Sorting an array of hashes takes a third of the memory of a hash set.</summary>
    private ulong[]? _otherHashes;

    private int _others;

    public override void Set(int row, ReadOnlySpan<byte> cell) =>
        _codes[row] = reader.IsMissing(cell) ? CategoryColumn.Missing : CodeOf(reader.TextOf(cell));

    public override Column Build() => new CategoryColumn(
        reader.Column.Name, _codes, [.. _levels.Keys], _levels.Count + CountOtherTexts());

    private int CodeOf(ReadOnlySpan<byte> cell)
    {
        if (cell.Length > _text.Length)
        {
            _text = new char[cell.Length]; // UTF-8 has at least one byte per char
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

        _otherHashes ??= arrays.TakeHashes();
        _otherHashes[_others++] = Hash(cell);
        return CategoryColumn.MaxLevels;
    }

    private int CountOtherTexts()
    {
        if (_otherHashes is null)
        {
            return 0;
        }

        var hashes = _otherHashes.AsSpan(0, _others);
        hashes.Sort();
        var distinct = 1;
        for (var number = 1; number < hashes.Length; number++)
        {
            distinct += hashes[number] != hashes[number - 1] ? 1 : 0;
        }

        arrays.Return(_otherHashes);
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
