using System.Text;
using CsvHelper;
using Velodrome.Training;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>Reads the first row: a unique name for each column.</summary>
internal static class CsvHeader
{
    public static IReadOnlyList<string> Read(CsvRows rows, CsvReader reader)
    {
        if (!rows.Read())
        {
            throw new RefusedException("emptyBody", null, "The file is empty. Send a header with the column names and at least one row.");
        }

        if (reader.FieldCount > CsvFormat.MaxColumns)
        {
            throw new RefusedException("tooManyColumns", null,
                $"Line {reader.LineNumber}: the header has {reader.FieldCount} columns; at most {CsvFormat.MaxColumns} are allowed.");
        }

        var names = new List<string>(reader.FieldCount);
        for (var field = 0; field < reader.FieldCount; field++)
        {
            names.Add(Encoding.UTF8.GetString(reader.GetSpan(field)).Trim());
        }

        if (names is [var only] && only.IndexOfAny([';', '\t', '|']) is >= 0 and var position)
        {
            var delimiter = only[position] == '\t' ? "tabs" : $"\"{only[position]}\"";
            throw new RefusedException("delimiterNotComma", null,
                $"Line {reader.LineNumber}, column {position + 1}: the columns are separated by {delimiter}. Separate them by commas, " +
                "and write decimal numbers with a point.");
        }

        RefuseEmptyAndDuplicate(names, reader.LineNumber);
        return names;
    }

    private static void RefuseEmptyAndDuplicate(List<string> names, long line)
    {
        var positions = new Dictionary<string, int>();
        for (var position = 1; position <= names.Count; position++)
        {
            var name = names[position - 1];
            if (name.Length == 0)
            {
                throw new RefusedException("emptyHeader", null,
                    $"Line {line}, column {position}: the column has no name. Name every column, and remove a comma at the header's end.");
            }

            if (!positions.TryAdd(name, position))
            {
                throw new RefusedException("duplicateHeader", name,
                    $"Line {line}, column {position}: column {positions[name]} is named \"{name}\" too. Give each column its own name.");
            }
        }
    }
}
