using System.Globalization;

namespace Velodrome.Training.Tables.Reading.Detection;

/// <summary>
/// Determines whether the first row contains the names of the columns. A word above numbers or dates is a name. A row of values has a
/// number above numbers, a date above dates, or occurs again below. Numbers that count up, such as years, are names.
/// </summary>
internal static class HeaderDetector
{
    /// <summary>Share of the cells of a column that are numbers, if it is one of numbers. The others may be mistakes.</summary>
    private const double NearlyAll = 0.9;

    private const int MaxShown = 3;

    public static Detected<bool> Detect(Layout layout, ReadingOptions options)
    {
        if (options.Header is { } given)
        {
            return new(given, Certainty.Given, "The request says so.");
        }

        if (layout.Dialect.HasRowNames || layout.Records.Count < 2 || !layout.IsConsistent)
        {
            return new(true, Certainty.Likely, "The first row has the names.");
        }

        var first = layout.Records[0].Fields;
        var rows = layout.Records.Skip(1).Where(row => !row.Fields.SequenceEqual(first)).ToList();
        var signs = new FirstRow(first, rows);
        return signs.Names switch
        {
            [var name, ..] when signs.Values.Count == 0 => new(true, signs.HasWord ? Certainty.Certain : Certainty.Likely,
                $"\"{name}\" stands above a column of other values."),
            [var name, ..] => new(true, Certainty.Guess,
                $"\"{name}\" stands above a column of other values, but {Listed(signs.Values)} could be values."),
            [] when signs.AreNumbersNames => new(true, Certainty.Guess,
                $"{Listed(signs.Values)} count up as names do, but could be values."),
            [] when signs.Values.Count > 0 => new(false, signs.NewTexts > 0 ? Certainty.Guess : Certainty.Likely,
                "the first row is like the rows below it."),
            [] when rows.Count < layout.Records.Count - 1 => new(false, Certainty.Likely, "the first row occurs again below."),
            [] when signs is { NewTexts: 0, KnownTexts: > 1 } => new(false, Certainty.Guess,
                "every text of the first row occurs again in its column."),
            _ => new(true, Certainty.Likely, "The first row has the names."),
        };
    }

    private static string Listed(List<string> texts) => string.Join(", ", texts.Take(MaxShown).Select(text => $"\"{text}\""));

    /// <summary>What the first row shows when it is compared with the rows below it. A missing value shows nothing.</summary>
    private sealed class FirstRow
    {
        private readonly List<int> _numbers = [];

        public FirstRow(IReadOnlyList<string> first, List<SampleRecord> rows)
        {
            for (var i = 0; i < first.Count; i++)
            {
                var below = rows.Select(row => row.Fields[i]).Where(field => !IsMissing(field)).ToList();
                if (below.Count > 0 && !IsMissing(first[i]))
                {
                    Compare(i, first[i], below);
                }
            }

            AreNumbersNames = _numbers.Count > 0 && _numbers.Count == Values.Count && CountUp(first) is { } start && (start is 0 or 1 ||
                IsYear(start)) && !rows.TrueForAll(row => CountUp(row.Fields) is { } below && IsYear(below) == IsYear(start));
        }

        /// <summary>Texts, or dates, above numbers, and texts above dates.</summary>
        public List<string> Names { get; } = [];

        /// <summary>Whether a name has a letter, and is no date.</summary>
        public bool HasWord { get; private set; }

        /// <summary>Numbers above numbers, and dates above dates.</summary>
        public List<string> Values { get; } = [];

        /// <summary>Whether the values are numbers that count up, which the rows below do not.</summary>
        public bool AreNumbersNames { get; }

        /// <summary>Texts above texts that occur below.</summary>
        public int KnownTexts { get; private set; }

        /// <summary>Texts above texts that do not occur below.</summary>
        public int NewTexts { get; private set; }

        private void Compare(int field, string text, List<string> below)
        {
            var formats = FormatsOf(text);
            if (below.Count(Layout.IsNumeric) >= NearlyAll * below.Count)
            {
                if (Layout.IsNumeric(text))
                {
                    _numbers.Add(field);
                    Values.Add(text);
                }
                else
                {
                    Names.Add(text);
                    HasWord |= formats.Count == 0 && text.Any(char.IsLetter);
                }
            }
            else if (FormatsOf(below[0]) is { Count: > 0 } dates && below.TrueForAll(date => IsDate(date, dates)))
            {
                (formats.Count > 0 ? Values : Names).Add(text);
                HasWord |= formats.Count == 0 && text.Any(char.IsLetter);
            }
            else
            {
                _ = below.Contains(text) ? KnownTexts++ : NewTexts++;
            }
        }

        private static bool IsMissing(string text) =>
            CellReader.IsUsualMarker(System.Text.Encoding.UTF8.GetBytes(text)) || MissingMarkers.IsAmongNumbers(text);

        /// <summary>The formats in which the text is a date; none for a number.</summary>
        private static List<string> FormatsOf(string text) => text.Any(char.IsAsciiDigit) && !Layout.IsNumeric(text)
            ? [.. DateFormat.Candidates.Where(format => DateFormat.TryRead(text, format, out _))] : [];

        private static bool IsDate(string text, List<string> formats) =>
            DateFormat.TryReadIso(text, out _) || formats.Exists(format => DateFormat.TryRead(text, format, out _));

        /// <summary>The first of the numbers in a row, if they count up by one, or are years that rise; null otherwise.</summary>
        private long? CountUp(IReadOnlyList<string> fields)
        {
            var values = _numbers.ConvertAll(
                i => long.TryParse(fields[i], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : -1);
            var steps = values.Zip(values.Skip(1), (value, next) => next - value);
            return values.TrueForAll(IsYear) ? steps.All(step => step > 0) ? values[0] : null
                : values[0] >= 0 && values.Count > 1 && steps.All(step => step == 1) ? values[0] : null;
        }

        private static bool IsYear(long value) => value is >= 1900 and <= 2100;
    }
}
