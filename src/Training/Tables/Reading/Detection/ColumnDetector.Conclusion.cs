using System.Globalization;

namespace Velodrome.Training.Tables.Reading.Detection;

/// <content>Concludes from the counts how the column is to be read.</content>
public sealed partial class ColumnDetector
{
    private readonly List<ReadingNote> _notes = [];

    private IReadOnlyList<string> UsualMissing => _options.Missing ?? options.Missing ?? MissingMarkers.Usual;

    private string GivenReason => _options.IsDeclared ? "The file says so." : "The request says so.";

    private ColumnReading Column => new(name, fieldIndex, ColumnKind.Category) { Missing = UsualMissing };

    /// <summary>Concludes how the column is to be read.</summary>
    /// <param name="file">What the columns show together.</param>
    public DetectedColumn Conclude(FileEvidence file)
    {
        if (_options.Drop)
        {
            return LeftOut(Certainty.Given, GivenReason);
        }

        var isSet = options.Columns?.ContainsKey(name) == true;
        if (isNameless && !isSet && (IsEmpty || IsIndex))
        {
            var reason = IsEmpty ? "It has neither a name nor a value." : "It has no name and counts the rows.";
            _notes.Add(new("columnLeftOut", name, $"Column {fieldIndex + 1} is left out. {reason}", 1));
            return LeftOut(Certainty.Likely, reason);
        }

        if (isNameless)
        {
            _notes.Add(new("columnNamed", name, $"Column {fieldIndex + 1} has no name in the file and is named {name}."));
        }

        return _options switch
        {
            { Kind: ColumnKind.Category } => Is(Column, Certainty.Given, GivenReason),
            { Kind: ColumnKind.Number } => AsNumbers(file, isGiven: true),
            { Kind: ColumnKind.Boolean } => AsGivenBoolean(),
            { Format: { } format } => Is(
                Column with { Kind = ColumnKind.Date, Format = format, OtherTextIsMissing = _others > 0 }, Certainty.Given,
                GivenReason, NoteOthers("dates", _others)),
            { Kind: ColumnKind.Date } => AsDates(file, isGiven: true),
            _ => Detect(file),
        };
    }

    private DetectedColumn Detect(FileEvidence file)
    {
        var plain = _numbers.Plain;
        if (plain == Present)
        {
            return OfPlainNumbers(file);
        }

        if (_trueOrFalse == Present)
        {
            return Is(Column with { Kind = ColumnKind.Boolean }, Certainty.Certain, "Every value is true or false.");
        }

        if (HasSeveralSpellings())
        {
            var spellings = _words.Keys.Concat(_numbers.ZerosAndOnes > 0 ? ["0 or 1"] : []).ToList();
            _notes.Add(new("booleanSpellings", name,
                $"'{name}' is read as true or false. Its words for these are {Listed(spellings)}. {AskForKind("category")}",
                Present, spellings));
            return Is(
                Column with { Kind = ColumnKind.Boolean, Boolean = BooleanWords.All }, Certainty.Likely,
                "Every value is a word for true or false, in several spellings.");
        }

        if (_dates > 0 && _dates + Markers == Present && DateFormats.Count > 0)
        {
            return AsDates(file, isGiven: false);
        }

        return LooksLikeCodes() ?? AsNumbers(file, isGiven: false);
    }

    private DetectedColumn OfPlainNumbers(FileEvidence file) =>
        LooksLikeUnixTime() ?? LooksLikeCodes() ?? AsNumbers(file, isGiven: false);

    /// <summary>Whole numbers that are codes: some have leading zeros, or are so long that a double would not keep every digit.</summary>
    private DetectedColumn? LooksLikeCodes()
    {
        if (_numbers is not { Plain: > 0 } || _numbers.Integers != _numbers.Plain || _marked > 0
            || _numbers is { LeadingZeros: 0, Large: 0 } || _numbers.Plain <= NearlyAll * (Present - Markers))
        {
            return null;
        }

        var (code, count, one, many) = _numbers.LeadingZeros > 0
            ? ("leadingZeros", _numbers.LeadingZeros, "begins with 0, which a number would lose", "begin with 0, which numbers would lose")
            : ("largeIntegers", _numbers.Large, "is a whole number beyond 2^53. A number would lose its last digits",
                "are whole numbers beyond 2^53. A number would lose their last digits");
        _notes.Add(new(code, name,
            $"'{name}' is read as text: {count} of {_rows} cells {(count == 1 ? one : many)}. {AskForKind("number")}", count, Shown()));
        return Is(Column, Certainty.Likely, "Its digits look like a code.");
    }

    private DetectedColumn? LooksLikeUnixTime()
    {
        if (_numbers.Integers != Present || Present == 0 || _numbers.LeadingZeros > 0
            || !(TimeName().IsMatch(name) || CamelTimeName().IsMatch(name)))
        {
            return null;
        }

        const double From = 631_152_000, To = 4_102_444_800; // 1990 to 2100
        foreach (var (format, unit, scale) in new[]
        {
            (DateFormat.UnixSeconds, "seconds", 1.0), (DateFormat.UnixMilliseconds, "milliseconds", 1e3),
            (DateFormat.UnixMicroseconds, "microseconds", 1e6), (DateFormat.UnixNanoseconds, "nanoseconds", 1e9),
        })
        {
            if (_numbers.Min >= From * scale && _numbers.Max < To * scale)
            {
                _notes.Add(new("unixTimes", name,
                    $"'{name}' is read as Unix times in {unit}: its numbers would be {DateFormat.ToText(_numbers.Min / scale)} to " +
                    $"{DateFormat.ToText(_numbers.Max / scale)}. {AskForKind("number")}", Present, Shown()));
                return Is(
                    Column with { Kind = ColumnKind.Date, Format = format }, Certainty.Likely,
                    $"Its numbers look like Unix times in {unit}.");
            }
        }

        return null;
    }

    private DetectedColumn AsNumbers(FileEvidence file, bool isGiven)
    {
        if (isGiven)
        {
            _marked += _numbers.TakeOwnUnit();
        }

        var (mark, thousands) = _options.Numbers == NumberCells.Typed
            ? (".", "") : (_options.Decimal ?? options.Decimal, _options.Thousands ?? options.Thousands);
        var (format, cells, isAmbiguous) = _numbers.Best(file, mark, thousands);
        var values = Present - Markers;
        if (!isGiven && Present > 0 && !(cells > 0 && (cells == values || cells > NearlyAll * values)))
        {
            return AsText(format, cells);
        }

        if (!isGiven && cells < values && _numbers.HasFewValues && Present - _numbers.Plain - Markers >= 2 * _otherExamples.Count)
        {
            return Is(Column, Certainty.Guess, $"{cells} of {Present} values are numbers, but few different ones.", new(
                "mostlyNumbers", name,
                $"'{name}' is read as text: {cells} of its {Present} values are numbers, but few different ones, and texts such as " +
                $"{Listed(_otherExamples)} occur again and again. {AskForKind("number")}", Present - cells, [.. _otherExamples]));
        }

        if (isGiven && cells == 0 && _dates > 0 && _dates == values)
        {
            return Is(Column, Certainty.Given, "Its values are dates.", question: DatesAsNumbers());
        }

        _otherExamples.RemoveAll(text => format.TryRead(Bytes(text), out _)); // numbers with a unit
        var reading = Column with
        {
            Kind = ColumnKind.Number,
            Number = format == NumberFormat.Plain && _numbers.ExampleOf(format) is null ? null : format,
            Missing = [.. UsualMissing, .. _markers.Keys],
            OtherTextIsMissing = cells < values,
        };
        NoteFormat(reading, format, isAmbiguous);
        NoteMarkers();
        return Is(
            reading, isGiven ? Certainty.Given : isAmbiguous ? Certainty.Guess : cells < Present ? Certainty.Likely : Certainty.Certain,
            isGiven ? GivenReason : cells == Present ? "Every value is a number." : $"{cells} of {Present} values are numbers.",
            NoteOthers("numbers", values - cells), TooLarge() ?? MixedNumbers(name, format, _options.Numbers));
    }

    /// <summary>A column of text. If at least half of its values are numbers or dates, a note says which text is none.</summary>
    /// <param name="format">The format that reads most numbers.</param>
    /// <param name="cells">How many it reads.</param>
    private DetectedColumn AsText(NumberFormat format, int cells)
    {
        var numbers = _numbers.Plain + _marked;
        var (kind, count, read) = numbers >= _dates ? ("number", numbers, cells) : ("date", _dates, _dates);
        var values = Present - Markers;
        if (_numbers.WithUnit > 1 && numbers + _numbers.WithUnit > NearlyAll * values)
        {
            return Is(Column, Certainty.Likely, $"{_numbers.WithUnit} of its {values} values are numbers with a unit.", NumbersWithUnit());
        }

        if (count == 0 || 2 * count < values)
        {
            return Is(Column, Certainty.Certain, "Its values are text.");
        }

        var other = _otherExamples.Concat(_numbers.Examples).Concat(_examples).FirstOrDefault(text =>
            kind == "date" || !format.TryRead(Bytes(text), out _));
        return Is(Column, Certainty.Likely, $"{count} of its {values} values are {kind}s, but not in one format.", new(
            $"{kind}sAsText", name,
            $"'{name}' is read as text: {read} of its {values} values are {kind}s in one format" +
            $"{(other is null ? "" : $", but not \"{other}\"")}. Correct the others, or leave them empty, to have {kind}s." +
            (kind == "number" ? $" {AskForKind("number")}" : ""), values - read, other is null ? [] : [other]));
    }

    private ReadingNote NumbersWithUnit()
    {
        List<string> shown = [.. _otherExamples.Take(3)];
        return new("numbersWithUnit", name,
            $"'{name}' is read as text: {_numbers.WithUnit} of its {Present} values are numbers with a unit, such as {Listed(shown)}. " +
            (_numbers.HasOneUnit && _numbers.Unit is null
                ? $"{AskForKind("number")} The unit \"{_numbers.OwnUnit}\" is then left out."
                : "Write all of them in one unit to have numbers."), _numbers.WithUnit, shown);
    }

    private RefusedException DatesAsNumbers() => new("notApplicable", $"options.columns.{name}.kind",
        $"'{name}' is to be read as numbers, but its values are dates, such as {Listed(Shown())}. Leave \"kind\" out, or send \"date\": " +
        "the network gets dates as seconds since 1970-01-01. Send \"category\" to read them as text.");

    private DetectedColumn AsDates(FileEvidence file, bool isGiven)
    {
        var formats = DateFormats;
        if (formats.Count == 0 || _dates == 0)
        {
            return Is(Column, Certainty.Guess, "Its values are not dates of one format.", question: new RefusedException(
                "dateFormatUnknown", $"options.columns.{name}.format",
                $"'{name}' is to be read as dates, but its values have no format that is recognised" +
                $"{(_examples.Count > 0 ? $": {Listed(Shown())}" : "")}. Send \"format\" too, such as \"d/M/yyyy H:mm\"."));
        }

        var (dayFirst, monthFirst) = (formats.FirstOrDefault(DateFormat.IsDayFirst), formats.FirstOrDefault(DateFormat.IsMonthFirst));
        var isAmbiguous = dayFirst is not null && monthFirst is not null;
        var format = isAmbiguous ? file.IsDayFirst switch { true => dayFirst!, false => monthFirst!, null => formats[0] } : formats[0];
        var question = isAmbiguous && file.IsDayFirst is null ? new RefusedException(
            "ambiguousDates", $"options.columns.{name}.format",
            $"The dates of '{name}', such as {Listed(Shown())}, have the day first or the month first; no value decides it. Send the " +
            $"option \"columns\": {{ \"{name}\": {{ \"kind\": \"date\", \"format\": \"{dayFirst}\" }} }}, or \"{monthFirst}\", or " +
            "\"kind\": \"category\" to read them as text.") : null;
        NoteMarkers();
        if (question is null)
        {
            _notes.Add(new("dates", name,
                $"'{name}' is read as dates ({format}), which the network gets as seconds since 1970-01-01." +
                $"{(isAmbiguous ? " The order of day and month is that of another column." : "")} {AskForKind("category")}", _dates,
                Shown()));
        }

        return Is(
            Column with
            {
                Kind = ColumnKind.Date,
                Format = format,
                Missing = [.. UsualMissing, .. _markers.Keys],
                OtherTextIsMissing = isGiven && _dates + Markers < Present,
            },
            isAmbiguous ? Certainty.Guess : Certainty.Certain,
            format == DateFormat.IsoTime ? "Every value is a date as in ISO 8601." : $"Every value is a date of the format {format}.",
            NoteOthers("dates", isGiven ? Present - _dates - Markers : 0), question);
    }

    private DetectedColumn AsGivenBoolean()
    {
        var words = _options is { True: { } yes, False: { } no } ? new BooleanWords(yes, no)
            : _trueOrFalse == Present ? null
            : BooleanWords.All;
        var others = _options.True is not null ? _others : Present - _words.Values.Sum() - _numbers.ZerosAndOnes;
        return Is(
            Column with { Kind = ColumnKind.Boolean, Boolean = words, OtherTextIsMissing = others > 0 }, Certainty.Given,
            GivenReason, NoteOthers("truth values", others));
    }

    /// <summary>Whether all values are words for true and false, and at least one of the two has several spellings, or is 0 or 1.</summary>
    private bool HasSeveralSpellings()
    {
        var words = _words.Values.Sum();
        if (words == 0 || words + _numbers.ZerosAndOnes != Present || _numbers.Plain != _numbers.ZerosAndOnes)
        {
            return false;
        }

        return _numbers.ZerosAndOnes > 0
            || _words.Keys.GroupBy(word => BooleanWords.All.Read(word)).Any(spellings => spellings.Count() > 1);
    }

    private void NoteFormat(ColumnReading reading, NumberFormat format, bool isAmbiguous)
    {
        var example = _numbers.ExampleOf(format) ?? (isAmbiguous ? _examples.Find(text => text.Contains('.')) : null);
        if (example is null || !new CellReader(reading, trims: true).TryRead(Bytes(example), out var value))
        {
            return;
        }

        var marks = new List<string>();
        if (format.Decimal == ',')
        {
            marks.Add("a decimal comma");
        }

        if (format.Thousands is { } thousands)
        {
            marks.Add($"\"{thousands}\" between thousands");
        }

        if (format.Unit is { } unit)
        {
            marks.Add($"\"{unit}\", which is left out");
        }

        var with = marks.Count > 0 ? string.Join(" and ", marks) : _marked > 0 ? "another minus sign or spaces" : "a point";
        _notes.Add(new("numberFormat", name,
            $"'{name}' has numbers with {with}: \"{example}\" is read as {value.ToString(CultureInfo.InvariantCulture)}." +
            (isAmbiguous ? " If its comma or point means something else, send the options \"decimal\" and \"thousands\"." : ""),
            _marked > 0 ? _marked : Present, [example]));
    }

    private void NoteMarkers()
    {
        foreach (var (marker, count) in _markers)
        {
            _notes.Add(new("cellsCountAsMissing", name,
                $"{count} of {_rows} cells of '{name}' {(count == 1 ? "is" : "are")} \"{marker}\" and " +
                $"{(count == 1 ? "counts" : "count")} as missing.", count, [marker]));
        }
    }

    /// <summary>Notes the usual markers of a column of text, where they may be values: "NA" can mean that a house has no garage.</summary>
    private void NoteUsualMarkers()
    {
        if (_usualMarkers.Values.Sum() is > 0 and var count)
        {
            _notes.Add(new("cellsCountAsMissing", name,
                $"{count} of {_rows} cells of '{name}' {(count == 1 ? "is" : "are")} {Listed(_usualMarkers.Keys)} and " +
                $"{(count == 1 ? "counts" : "count")} as missing. Send the option \"columns\": {{ \"{name}\": {{ \"missing\": [] }} }} " +
                "to read such cells as text.", count, [.. _usualMarkers.Keys.Take(MaxExamples)]));
        }
    }

    /// <summary>Notes the cells that are not of the column's kind and count as missing.</summary>
    private ReadingNote? NoteOthers(string kind, int count) => count <= 0 ? null : new(
        kind == "numbers" ? "mostlyNumbers" : "otherText", name,
        $"'{name}' is read as {kind}. {count} of {_rows} cells {(count == 1 ? "is" : "are")} other text" +
        $"{(_otherExamples.Count > 0 ? $", such as \"{_otherExamples[0]}\"," : "")} and {(count == 1 ? "counts" : "count")} as missing. " +
        AskForKind("category"), count, [.. _otherExamples]);

    private RefusedException? TooLarge() => _tooLarge is var (line, text) ? new RefusedException("numberTooLarge", name,
        $"Line {line}, column {fieldIndex + 1} ({name}): \"{text}\" is too large. Send a number of at most {NumberColumn.Largest}, " +
        "if necessary in a larger unit, or leave the cell empty.") : null;

    /// <summary>Refuses a column in which a point is the decimal mark of the numbers, and not of the texts.</summary>
    /// <param name="name">The column.</param>
    /// <param name="format">How its texts are to be read; null for plain numbers.</param>
    /// <param name="cells">What its cells are.</param>
    public static RefusedException? MixedNumbers(string name, NumberFormat? format, NumberCells cells) =>
        cells == NumberCells.Mixed && format is { Decimal: ',' } ? new RefusedException("mixedNumbers", name,
            $"'{name}' has numbers, whose decimal mark is a point, and texts with digits, whose decimal mark is a comma. Send all of its " +
            "values as numbers, or all of them as texts.") : null;

    private DetectedColumn Is(
        ColumnReading reading, Certainty certainty, string reason, ReadingNote? note = null, RefusedException? question = null)
    {
        if (note is not null)
        {
            _notes.Add(note);
        }

        if (reading.Kind == ColumnKind.Category)
        {
            NoteUsualMarkers();
        }

        var others = reading.OtherTextIsMissing && note is { Count: { } count } ? count : 0;
        var missing = _missing + others + (reading.Kind is ColumnKind.Number or ColumnKind.Date ? Markers : 0);
        return new(name, fieldIndex, reading, certainty, reason, _examples, missing, _notes, question)
        {
            HasPlainNumbers = reading is { Kind: ColumnKind.Number, Number: null } && _numbers.Plain == Present,
        };
    }

    private DetectedColumn LeftOut(Certainty certainty, string reason) =>
        new(name, fieldIndex, null, certainty, reason, _examples, _missing, _notes, null);

    private string AskForKind(string kind) =>
        $"Send the option \"columns\": {{ \"{name}\": {{ \"kind\": \"{kind}\" }} }} to read it as " +
        $"{(kind == "number" ? "numbers" : "text")}.";

    private List<string> Shown() => [.. _examples.Take(3)];

    private static string Listed(IEnumerable<string> texts) => string.Join(", ", texts.Take(6).Select(text => $"\"{text}\""));

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
