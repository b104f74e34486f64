using System.Text.RegularExpressions;

namespace Velodrome.Training.Tables.Reading.Detection;

/// <summary>Observes all cells of a column, and then concludes how the column is to be read.</summary>
/// <param name="name">Unique in the file.</param>
/// <param name="fieldIndex">Index of its field in the rows.</param>
/// <param name="isNameless">Whether the file has no name for it.</param>
/// <param name="options">What the caller has set.</param>
public sealed partial class ColumnDetector(string name, int fieldIndex, bool isNameless, ReadingOptions options)
{
    /// <summary>If more than this share of the values are numbers, the column is read as numbers.</summary>
    private const double NearlyAll = 0.9;

    /// <summary>After this many texts without any number or date, other number formats and dates are no longer looked for.</summary>
    private const int TextsThatDecide = 1_000;

    /// <summary>After this many texts that are no dates, and none that is, only dates as in ISO 8601 are looked for.</summary>
    private const int TriesOfDates = 20;

    private const int MaxExamples = 5;
    private const int RowsOfExamples = 1_000;
    private const int ShownLength = 40;

    private readonly NumberCounts _numbers = new();
    private readonly Dictionary<string, int> _markers = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, int> _usualMarkers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _words = new(StringComparer.Ordinal);
    private readonly List<string> _examples = [];
    private readonly List<string> _otherExamples = [];
    private readonly ColumnOptions _options = options.Columns?.GetValueOrDefault(name) ?? new();
    private readonly CellReader? _given = GivenReader(name, fieldIndex, options);
    private readonly bool _hasGivenMissing = (options.Columns?.GetValueOrDefault(name)?.Missing ?? options.Missing) is not null;
    private List<string>? _dateFormats;
    private List<string>? _isoFormats;
    private int _rows;
    private int _missing;
    private int _trueOrFalse;
    private int _marked;
    private int _dates;
    private int _triesOfDates;
    private int _others;
    private bool _isIndex = true;
    private double _firstNumber;
    private (long Line, string Text)? _tooLarge;

    /// <summary>The column's name.</summary>
    public string Name => name;

    /// <summary>Index of its field in the rows.</summary>
    public int Field => fieldIndex;

    /// <summary>Whether the column has no value at all.</summary>
    internal bool IsEmpty => _missing == _rows;

    /// <summary>Whether the column has no name and its values count the rows, from 0 or 1.</summary>
    internal bool IsIndex => isNameless && _isIndex && _rows > 1 && _firstNumber is 0 or 1;

    internal bool HasDecimalComma => _numbers.HasDecimalComma;

    internal bool HasDecimalPoint => _numbers.HasDecimalPoint && _options.Numbers != NumberCells.Typed;

    /// <summary>The formats that read every date of the column, together with ISO 8601, which every column of dates accepts.</summary>
    internal IReadOnlyList<string> DateFormats =>
        _dateFormats is { Count: > 0 } ? _dateFormats
        : _isoFormats is { Count: 0 } ? [DateFormat.IsoTime] // several forms of ISO 8601
        : _isoFormats ?? [];

    private int Present => _rows - _missing;

    private int Markers => _markers.Values.Sum();

    /// <summary>Looks at the next cell.</summary>
    /// <param name="cell">UTF-8 text.</param>
    /// <param name="line">Its line in the file, from 1, for messages.</param>
    /// <returns>Its value if it is a number with a decimal point, else NaN. <see cref="DetectedColumn.HasPlainNumbers"/> says in the end
    /// whether these are the column's values.</returns>
    public double Observe(ReadOnlySpan<byte> cell, long line)
    {
        var value = double.NaN;
        cell = CellReader.Trim(cell);
        if (isNameless && !cell.ContainsAnyExcept(",;|\t "u8))
        {
            cell = []; // delimiters of another program at the end of each row
        }

        if (_hasGivenMissing && _given!.IsMissing(cell))
        {
            _missing++;
            _isIndex = false;
        }
        else if (_given is { Column.Kind: not ColumnKind.Category })
        {
            ObserveByGivenKind(cell);
        }
        else if (CellReader.IsPlainNumber(cell, out var number))
        {
            ObserveNumber(cell, number, line);
            value = number;
        }
        else if (!_hasGivenMissing && CellReader.IsUsualMarker(cell))
        {
            _missing++;
            _isIndex = false;
            AddUsualMarker(cell);
        }
        else
        {
            _isIndex = false;
            ObserveText(cell, line);
        }

        _rows++;
        if (_examples.Count < MaxExamples && _rows <= RowsOfExamples && !cell.IsEmpty && !_examples.Contains(Shorten(cell)))
        {
            _examples.Add(Shorten(cell));
        }

        return value;
    }

    private void ObserveByGivenKind(ReadOnlySpan<byte> cell)
    {
        if (!_given!.TryRead(cell, out var value))
        {
            AddOther(cell);
        }
        else if (double.IsNaN(value))
        {
            _missing++;
        }
    }

    private void ObserveNumber(ReadOnlySpan<byte> cell, double number, long line)
    {
        _numbers.ObservePlain(cell, number);
        if (_isIndex)
        {
            _firstNumber = _rows == 0 ? number : _firstNumber;
            _isIndex = number == _firstNumber + _rows;
        }

        RefuseTooLarge(Math.Abs(number), cell, line);
    }

    private void RefuseTooLarge(double size, ReadOnlySpan<byte> cell, long line)
    {
        if (!(size <= NumberColumn.Largest))
        {
            _tooLarge ??= (line, Shorten(cell));
        }
    }

    private void ObserveText(ReadOnlySpan<byte> cell, long line)
    {
        if (_others > TextsThatDecide && _numbers.Plain + _numbers.WithUnit + _marked + _dates == 0)
        {
            _others++;
            return;
        }

        Span<char> buffer = stackalloc char[64];
        if (cell.Length > buffer.Length)
        {
            AddOther(cell);
            return;
        }

        ReadOnlySpan<char> text = buffer[..System.Text.Encoding.UTF8.GetChars(cell, buffer)];
        if (text.Length <= MissingMarkers.MaxLength && MissingMarkers.IsAmongNumbers(text))
        {
            Add(_markers, text);
        }
        else if (!cell.ContainsAnyInRange((byte)'0', (byte)'9'))
        {
            ObserveWord(text, cell);
        }
        else if (_numbers.ObserveMarked(cell, out var size))
        {
            _marked++;
            RefuseTooLarge(size, cell, line);
        }
        else if (IsDate(text))
        {
            _dates++;
        }
        else
        {
            _numbers.ObserveUnit(cell);
            AddOther(cell);
        }
    }

    private void ObserveWord(ReadOnlySpan<char> text, ReadOnlySpan<byte> cell)
    {
        if (text.Length <= 5 && BooleanWords.All.Read(text.ToString()) is not null)
        {
            _trueOrFalse += text.Equals("true", StringComparison.OrdinalIgnoreCase)
                || text.Equals("false", StringComparison.OrdinalIgnoreCase) ? 1 : 0;
            Add(_words, text);
        }
        else
        {
            AddOther(cell);
        }
    }

    /// <summary>Whether the text is a date as in ISO 8601, or in a format that all other dates so far have.</summary>
    private bool IsDate(ReadOnlySpan<char> text)
    {
        if (text is [_, _, _, _, '-', _, _, '-', ..] && DateFormat.TryReadIso(text, out _))
        {
            _isoFormats = Fitting(text, _isoFormats);
            return true;
        }

        var fitting = Fitting(text, _dateFormats);
        if (fitting.Count > 0 || (_dateFormats is null && ++_triesOfDates == TriesOfDates))
        {
            _dateFormats = fitting; // if it is empty, no more formats are tried
        }

        return fitting.Count > 0;
    }

    /// <summary>Those of the formats in which the text is a date.</summary>
    /// <param name="text">The text.</param>
    /// <param name="known">Formats; null for all that are recognised.</param>
    private static List<string> Fitting(ReadOnlySpan<char> text, List<string>? known)
    {
        var fitting = new List<string>(known?.Count ?? 4);
        foreach (var format in known ?? DateFormat.Candidates)
        {
            if (DateFormat.TryRead(text, format, out _))
            {
                fitting.Add(format);
            }
        }

        return fitting;
    }

    private void AddOther(ReadOnlySpan<byte> cell)
    {
        _others++;
        if (_otherExamples.Count < MaxExamples && !_otherExamples.Contains(Shorten(cell)))
        {
            _otherExamples.Add(Shorten(cell));
        }
    }

    private void AddUsualMarker(ReadOnlySpan<byte> cell)
    {
        if (!cell.IsEmpty)
        {
            Span<char> text = stackalloc char[cell.Length];
            Add(_usualMarkers, text[..System.Text.Encoding.UTF8.GetChars(cell, text)]);
        }
    }

    private static void Add(Dictionary<string, int> counts, ReadOnlySpan<char> text)
    {
        var lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        lookup[text] = lookup.TryGetValue(text, out var count) ? count + 1 : 1;
    }

    /// <summary>A reader with the caller's settings, if these are enough to read cells. Otherwise it only recognises the missing values
    /// that the caller has set; null if none are set.</summary>
    private static CellReader? GivenReader(string name, int field, ReadingOptions options)
    {
        var column = options.Columns?.GetValueOrDefault(name);
        var missing = column?.Missing ?? options.Missing;
        var kind = column is { Kind: ColumnKind.Date or null, Format: not null } ? ColumnKind.Date
            : column is { Kind: ColumnKind.Boolean, True: not null } ? ColumnKind.Boolean
            : ColumnKind.Category;
        return kind == ColumnKind.Category && missing is null ? null : new(
            new ColumnReading(name, field, kind)
            {
                Format = column?.Format,
                Boolean = column is { True: { } yes, False: { } no } ? new(yes, no) : null,
                Missing = missing ?? MissingMarkers.Usual,
            },
            trims: true);
    }

    private static string Shorten(ReadOnlySpan<byte> cell)
    {
        var text = System.Text.Encoding.UTF8.GetString(cell);
        return text.Length <= ShownLength ? text : $"{text.AsSpan(0, ShownLength)}…";
    }

    [GeneratedRegex("time|date|epoch|stamp|_at$|^ts$", RegexOptions.IgnoreCase)]
    private static partial Regex TimeName();

    [GeneratedRegex("[a-z]At$")]
    private static partial Regex CamelTimeName();
}
