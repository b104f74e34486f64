using System.Text;
using CsvHelper;
using Velodrome.Training;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>The first row: one name for each column, none twice.</summary>
internal static class CsvHeader
{
    public static IReadOnlyList<string> Read(CsvRows rows, CsvReader reader)
    {
        if (!rows.Read())
        {
            throw new RefusedException("emptyBody", null, "There is nothing in the file: send a header with the names of the columns and at least one row below it.");
        }

        if (reader.FieldCount > CsvFormat.MaxColumns)
        {
            throw new RefusedException("tooManyColumns", null, $"Line {reader.LineNumber}: {reader.FieldCount} columns are more than the {CsvFormat.MaxColumns} that a dataset may have.");
        }

        var names = new List<string>(reader.FieldCount);
        for (var field = 0; field < reader.FieldCount; field++)
        {
            names.Add(Encoding.UTF8.GetString(reader.GetSpan(field)).Trim());
        }

        if (names is [var only] && only.IndexOfAny([';', '\t', '|']) is >= 0 and var found)
        {
            throw new RefusedException("delimiterNotComma", null,
                $"Line {reader.LineNumber}, column {found + 1}: the columns are separated by {(only[found] == '\t' ? "tabs" : $"\"{only[found]}\"")}. Separate them by commas, with a point in decimal numbers.");
        }

        RefuseEmptyAndDuplicate(names, reader.LineNumber);
        return names;
    }

    private static void RefuseEmptyAndDuplicate(List<string> names, long line)
    {
        var seen = new HashSet<string>();
        for (var number = 0; number < names.Count; number++)
        {
            if (names[number].Length == 0)
            {
                throw new RefusedException("emptyHeader", null, $"Line {line}, column {number + 1}: the column has no name. Give every column one; a comma too many at the end makes one without.");
            }

            if (!seen.Add(names[number]))
            {
                throw new RefusedException("duplicateHeader", names[number],
                    $"Line {line}, column {number + 1}: \"{names[number]}\" is the name of column {names.IndexOf(names[number]) + 1} already. Give each column a name of its own.");
            }
        }
    }
}
