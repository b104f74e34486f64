namespace Velodrome.Training.Tables.Reading.Detection;

/// <summary>Counts how many cells of a column each format of numbers reads.</summary>
internal sealed class NumberCounts
{
    private static readonly IReadOnlyList<NumberFormat> Candidates = NumberFormat.Candidates;

    private const int MostCodes = 20;
    private const int MostUnits = 4;

    private readonly int[] _marked = new int[Candidates.Count];

    /// <summary>For each format, the cells with <see cref="OwnUnit"/> that it reads.</summary>
    private readonly int[] _withOwnUnit = new int[Candidates.Count];

    /// <summary>For each format, the first of these cells.</summary>
    private readonly string?[] _ownUnitExamples = new string?[Candidates.Count];

    private int _ownUnitWithPointOrComma;

    /// <summary>The units that no format knows. None is added once there are too many.</summary>
    private readonly HashSet<string> _otherUnits = new(StringComparer.Ordinal);

    /// <summary>For each format, the first cell that it reads and that is no plain number.</summary>
    private readonly string?[] _markedExamples = new string?[Candidates.Count];

    /// <summary>Cells with an exponent and no point, which every format reads.</summary>
    private int _exponents;

    /// <summary>Cells with a point and exactly three digits behind it: with a decimal comma, the point would separate thousands.</summary>
    private int _pointBeforeThree;

    private int _pointElsewhere;

    /// <summary>Cells that contain a point or a comma and need more than a decimal point to be read.</summary>
    private int _markedWithPointOrComma;

    /// <summary>The different values. None is added once there are too many for a code.</summary>
    private readonly HashSet<double> _values = [];

    /// <summary>Cells that can be read with a decimal point and no other marks.</summary>
    public int Plain { get; private set; }

    /// <summary>Cells of digits only, with or without a sign.</summary>
    public int Integers { get; private set; }

    /// <summary>Cells of digits that begin with 0, as codes do.</summary>
    public int LeadingZeros { get; private set; }

    /// <summary>Integers beyond 2⁵³, of which a double does not keep every digit.</summary>
    public int Large { get; private set; }

    /// <summary>Cells that are 0 or 1.</summary>
    public int ZerosAndOnes { get; private set; }

    /// <summary>Whether the cells have so few different values that they may be a code.</summary>
    public bool HasFewValues => _values.Count <= MostCodes;

    /// <summary>Currency or percent sign of the first cell that has one.</summary>
    public string? Unit { get; private set; }

    /// <summary>The first unit that no format knows, such as kg; null if there is none.</summary>
    public string? OwnUnit { get; private set; }

    /// <summary>Cells that are a number with <see cref="OwnUnit"/>.</summary>
    public int WithOwnUnit { get; private set; }

    /// <summary>Cells that are a number with a unit that no format knows. 0 once these are too many different ones to be units.</summary>
    public int WithUnit { get; private set; }

    public double Min { get; private set; } = double.PositiveInfinity;

    public double Max { get; private set; } = double.NegativeInfinity;

    /// <summary>Whether a cell can be read only with a decimal comma.</summary>
    public bool HasDecimalComma { get; private set; }

    /// <summary>Whether a cell can be read only with a decimal point.</summary>
    public bool HasDecimalPoint { get; private set; }

    public void ObservePlain(ReadOnlySpan<byte> cell, double value)
    {
        Plain++;
        (Min, Max) = (Math.Min(Min, value), Math.Max(Max, value));
        ZerosAndOnes += value is 0 or 1 ? 1 : 0;
        if (HasFewValues)
        {
            _values.Add(value);
        }

        var point = cell.IndexOfAny((byte)'.', (byte)'e', (byte)'E');
        if (point >= 0 && cell[point] != '.')
        {
            _exponents++;
            return;
        }

        if (point >= 0)
        {
            var digits = cell[0] is (byte)'-' or (byte)'+' ? point - 1 : point;
            var groups = cell.Length - point == 4 && digits is >= 1 and <= 3 && cell[point - digits] != '0'
                && !cell[(point + 1)..].ContainsAnyExceptInRange((byte)'0', (byte)'9');
            _ = groups ? _pointBeforeThree++ : _pointElsewhere++;
            HasDecimalPoint |= !groups;
            return;
        }

        Integers++;
        LeadingZeros += cell.Length > 1 && cell[0] == '0' && char.IsAsciiDigit((char)cell[1]) ? 1 : 0;
        Large += cell.Length >= 16 && PlainNumber.IsLargeInteger(cell) ? 1 : 0;
    }

    /// <summary>Counts, for a cell with other marks than a decimal point, which formats can read it.</summary>
    /// <param name="cell">UTF-8 text.</param>
    /// <param name="size">The number without its sign, the smallest of those that the formats read.</param>
    /// <returns>Whether it is a number in any of them.</returns>
    public bool ObserveMarked(ReadOnlySpan<byte> cell, out double size)
    {
        size = double.PositiveInfinity;
        if (!NumberFormat.TrySplit(cell, null, out _, out var digits, out var unit)
            || (unit is not null && Unit is not null && unit != Unit))
        {
            return false;
        }

        _markedWithPointOrComma += digits.ContainsAny((byte)'.', (byte)',') ? 1 : 0;
        var (point, comma) = (false, false);
        for (var i = 0; i < Candidates.Count; i++)
        {
            if (Candidates[i].TryReadDigits(digits, out var value))
            {
                _marked[i]++;
                _markedExamples[i] ??= System.Text.Encoding.UTF8.GetString(cell);
                size = Math.Min(size, value);
                point |= Candidates[i].Decimal == '.';
                comma |= Candidates[i].Decimal == ',';
            }
        }

        HasDecimalComma |= comma && !point;
        HasDecimalPoint |= point && !comma;
        Unit = point || comma ? Unit ?? unit : Unit;
        return point || comma;
    }

    /// <summary>Notes a cell that is no number in any format if it is one with a unit that no format knows: 12 kg.</summary>
    public void ObserveUnit(ReadOnlySpan<byte> cell)
    {
        if (_otherUnits.Count > MostUnits || NumberFormat.UnitAfter(cell) is not { IsEmpty: false } bytes)
        {
            return;
        }

        var unit = System.Text.Encoding.UTF8.GetString(bytes);
        if (NumberFormat.IsUsualUnit(unit) || !NumberFormat.TrySplit(cell, unit, out _, out var digits, out var found) || found != unit)
        {
            return;
        }

        var isOwn = unit == (OwnUnit ?? unit);
        var isNumber = false;
        for (var i = 0; i < Candidates.Count; i++)
        {
            if (Candidates[i].TryReadDigits(digits, out _))
            {
                isNumber = true;
                _withOwnUnit[i] += isOwn ? 1 : 0;
                _ownUnitExamples[i] ??= isOwn ? System.Text.Encoding.UTF8.GetString(cell) : null;
            }
        }

        if (isNumber)
        {
            OwnUnit ??= unit;
            WithOwnUnit += isOwn ? 1 : 0;
            _ownUnitWithPointOrComma += isOwn && digits.ContainsAny((byte)'.', (byte)',') ? 1 : 0;
            WithUnit = _otherUnits.Add(unit) && _otherUnits.Count > MostUnits ? 0 : WithUnit + 1;
        }
    }

    /// <summary>Whether all units that no format knows are the same.</summary>
    public bool HasOneUnit => _otherUnits.Count == 1;

    /// <summary>Counts the numbers with <see cref="OwnUnit"/> as numbers with marks. They are not if some numbers have a currency or
    /// percent sign, or another unit.</summary>
    /// <returns>How many there are.</returns>
    public int TakeOwnUnit()
    {
        if (Unit is not null || !HasOneUnit)
        {
            return 0;
        }

        Unit = OwnUnit;
        _markedWithPointOrComma += _ownUnitWithPointOrComma;
        for (var i = 0; i < Candidates.Count; i++)
        {
            _marked[i] += _withOwnUnit[i];
            _markedExamples[i] = _ownUnitExamples[i] ?? _markedExamples[i];
        }

        return WithOwnUnit;
    }

    /// <summary>The first cell that is no plain number and that the format reads; null if there is none.</summary>
    public string? ExampleOf(NumberFormat format) =>
        Enumerable.Range(0, Candidates.Count).FirstOrDefault(i => Candidates[i] == format with { Unit = null }, -1) is >= 0 and var i
            ? _markedExamples[i] : null;

    /// <summary>Cells that are no plain numbers, one for each format.</summary>
    public IEnumerable<string> Examples => _markedExamples.OfType<string>();

    /// <summary>The format that reads most cells. Of several, one with a decimal comma if the file shows one, else the usual.</summary>
    /// <param name="file">What the other columns show.</param>
    /// <param name="mark">The decimal mark, if the caller has set it.</param>
    /// <param name="thousands">The thousands separator, if the caller has set it; empty for none.</param>
    public (NumberFormat Format, int Cells, bool IsAmbiguous) Best(FileEvidence file, string? mark, string? thousands)
    {
        var allowed = Enumerable.Range(0, Candidates.Count)
            .Where(i => mark is null || Candidates[i].Decimal == mark[0])
            .Where(i => thousands is null || $"{Candidates[i].Thousands}" == thousands)
            .ToList();
        if (allowed.Count == 0)
        {
            return (new(mark?[0] ?? '.', thousands is { Length: 1 } ? thousands[0] : null, Unit), 0, false); // "1'234,5" and its like
        }

        var most = allowed.Max(CellsOf);
        var best = allowed.Where(i => CellsOf(i) == most).ToList();
        var onlyIntegers = _markedWithPointOrComma + _pointBeforeThree + _pointElsewhere == 0;
        var prefersComma = !onlyIntegers && (file.HasDecimalComma || (file.HasSemicolons && !best.Contains(0)));
        var chosen = prefersComma && best.FindIndex(i => Candidates[i].Decimal == ',') is >= 0 and var comma ? comma : 0;
        var ambiguous = !onlyIntegers && best.Select(i => Candidates[i].Decimal).Distinct().Count() > 1;
        return (Candidates[best[chosen]] with { Unit = Unit }, most, ambiguous);
    }

    private int CellsOf(int candidate) => Integers + _exponents + _marked[candidate] + Candidates[candidate] switch
    {
        { Decimal: '.' } => _pointBeforeThree + _pointElsewhere,
        { Thousands: '.' } => _pointBeforeThree,
        _ => 0,
    };
}
