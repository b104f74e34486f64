namespace Velodrome.Api.Datasets.Csv;

/// <summary>
/// The numbers of a column, collected while it is not yet known whether the column is one of numbers, nor how many rows there are. If it
/// turns out to be one, it needs no second read.
/// </summary>
/// <param name="position">Position of the column, from 1.</param>
/// <param name="maxBytes">Memory that all columns may take together. The last columns give up first.</param>
internal sealed class CollectedNumbers(int position, long maxBytes)
{
    private const int MinPieceRows = 16;
    private const int MaxPieceRows = 1 << 14;

    /// <summary>After so many rows without a number, the column is likely not one of numbers.</summary>
    private const int RowsThatDecide = 1_000;

    private readonly List<double[]> _pieces = [];
    private double[] _piece = [];
    private int _rowsOfPiece;
    private int _rows;
    private bool _hasNumber;

    /// <summary>Whether every value so far was kept.</summary>
    public bool IsComplete { get; private set; } = maxBytes > 0;

    /// <param name="value">The next row's number; NaN if it has none.</param>
    public void Add(double value)
    {
        if (!IsComplete)
        {
            return;
        }

        if (_rowsOfPiece == _piece.Length && !TryAddPiece())
        {
            return;
        }

        _piece[_rowsOfPiece++] = value;
        _hasNumber |= !double.IsNaN(value);
        if (++_rows == RowsThatDecide && !_hasNumber)
        {
            GiveUp();
        }
    }

    /// <summary>The numbers of all rows, NaN where there is none. Forgets them.</summary>
    public double[] TakeAll()
    {
        var (values, start) = (new double[_rows], 0);
        foreach (var piece in _pieces)
        {
            var length = Math.Min(piece.Length, _rows - start);
            piece.AsSpan(0, length).CopyTo(values.AsSpan(start));
            start += length;
        }

        _pieces.Clear();
        return values;
    }

    /// <summary>Adds a piece. Each is as long as those before it together, up to a limit: most files are short, and many are wide.
    /// </summary>
    private bool TryAddPiece()
    {
        var rows = Math.Clamp(_rows, MinPieceRows, MaxPieceRows);
        if ((long)sizeof(double) * (_rows + rows) * position > maxBytes)
        {
            GiveUp();
            return false;
        }

        (_piece, _rowsOfPiece) = (new double[rows], 0);
        _pieces.Add(_piece);
        return true;
    }

    private void GiveUp()
    {
        IsComplete = false;
        _piece = [];
        _pieces.Clear();
    }
}
