using System.Text;

namespace Velodrome.Training.Tables.Reading.Detection;

/// <summary>A row of a sample.</summary>
/// <param name="Line">Index of the line in which it starts, from 0.</param>
/// <param name="Fields">Without quotes, trimmed.</param>
/// <param name="FirstIsQuoted">Whether the first field has quotes.</param>
internal sealed record SampleRecord(int Line, IReadOnlyList<string> Fields, bool FirstIsQuoted)
{
    public bool IsBlank => Fields is [""];
}

/// <summary>Divides a sample into rows and fields, as a dialect says. Only for detection: mistakes in quoting are tolerated here.</summary>
internal static class SampleRecords
{
    /// <summary>The most rows to divide. More rows would show nothing new.</summary>
    private const int MaxRecords = 300;

    /// <param name="text">The sample.</param>
    /// <param name="isComplete">Whether the sample is the whole file. If not, its last row may be cut off, and is left out.</param>
    /// <param name="dialect">Delimiter, quote, comment and skipped lines.</param>
    public static List<SampleRecord> Split(string text, bool isComplete, Dialect dialect)
    {
        var records = new List<SampleRecord>();
        var (position, line) = (0, 0);
        for (; line < dialect.SkippedLines && position < text.Length; line++)
        {
            position = NextLine(text, position);
        }

        while (position < text.Length && records.Count < MaxRecords)
        {
            if (text[position] == dialect.Comment)
            {
                position = NextLine(text, position);
                line++;
                continue;
            }

            var start = line;
            var (fields, quoted, ended) = ReadRecord(text, dialect, ref position, ref line);
            var record = new SampleRecord(start, fields, quoted);
            if (!record.IsBlank && (ended || isComplete || records.Count == 0))
            {
                records.Add(record);
            }
        }

        return records;
    }

    private static int NextLine(string text, int position) => text.IndexOf('\n', position) is >= 0 and var end ? end + 1 : text.Length;

    private static (List<string> Fields, bool FirstIsQuoted, bool Ended) ReadRecord(
        string text, Dialect dialect, ref int position, ref int line)
    {
        var (fields, field, isQuoted, firstIsQuoted) = (new List<string>(), new StringBuilder(), false, false);
        var isOpen = false;
        for (; position < text.Length; position++)
        {
            var c = text[position];
            line += c == '\n' ? 1 : 0;
            if (isOpen)
            {
                if (c != dialect.Quote)
                {
                    field.Append(c);
                }
                else if (position + 1 < text.Length && text[position + 1] == c)
                {
                    field.Append(c);
                    position++;
                }
                else
                {
                    isOpen = false;
                }
            }
            else if (c == dialect.Quote && !isQuoted && IsBlank(field))
            {
                (isOpen, isQuoted) = (true, true);
                firstIsQuoted |= fields.Count == 0;
                field.Clear();
            }
            else if (IsDelimiter(c, dialect.Delimiter))
            {
                EndField();
            }
            else if (c == '\n')
            {
                position++;
                EndField(isLast: true);
                return (fields, firstIsQuoted, true);
            }
            else
            {
                field.Append(c);
            }
        }

        EndField(isLast: true);
        return (fields, firstIsQuoted, false);

        void EndField(bool isLast = false)
        {
            var value = field.ToString().Trim(' ', '\t', '\r', '\uFEFF');
            field.Clear();
            if (dialect.Delimiter != Dialect.Spaces || value.Length > 0 || isQuoted || (isLast && fields.Count == 0))
            {
                fields.Add(value); // a run of spaces is one delimiter
            }

            isQuoted = false;
        }
    }

    private static bool IsDelimiter(char c, char delimiter) => c == delimiter || (delimiter == Dialect.Spaces && c == '\t');

    private static bool IsBlank(StringBuilder field)
    {
        for (var i = 0; i < field.Length; i++)
        {
            if (field[i] is not (' ' or '\t' or '\uFEFF'))
            {
                return false;
            }
        }

        return true;
    }
}
