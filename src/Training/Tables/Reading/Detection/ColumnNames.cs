namespace Velodrome.Training.Tables.Reading.Detection;

/// <summary>A name for each field of a file.</summary>
/// <param name="Names">Unique and not empty.</param>
/// <param name="Nameless">Fields for which the file has no name.</param>
/// <param name="Notes">Names that were changed.</param>
public sealed record ColumnNames(IReadOnlyList<string> Names, IReadOnlySet<int> Nameless, IReadOnlyList<ReadingNote> Notes)
{
    /// <summary>Names the fields. Missing names become column1, column2; names that occur again get a number.</summary>
    /// <param name="header">The names in the file; null, empty, or only delimiters where it has none.</param>
    public static ColumnNames Of(IReadOnlyList<string?> header)
    {
        header = [.. header.Select(name => name?.Trim(',', ';', '|', '\t', ' ').Length > 0 ? name : null)];
        var taken = header.OfType<string>().ToHashSet();
        var (names, seen, nameless, notes) = (new string[header.Count], new HashSet<string>(), new HashSet<int>(), new List<ReadingNote>());
        var next = new Dictionary<string, int>();
        for (var field = 0; field < header.Count; field++)
        {
            var name = header[field];
            if (name is null)
            {
                nameless.Add(field);
                name = $"column{field + 1}";
                names[field] = taken.Contains(name) ? Numbered(name) : name;
            }
            else if (seen.Add(name))
            {
                names[field] = name;
            }
            else
            {
                names[field] = Numbered(name);
                notes.Add(new("duplicateName", names[field],
                    $"Column {field + 1} is named '{name}', as an earlier column is. It is named '{names[field]}' here.", 1, [name]));
            }

            taken.Add(names[field]);
        }

        return new(names, nameless, notes);

        // Numbers that were once taken stay so, thus the search goes on where it ended.
        string Numbered(string name)
        {
            var number = next.GetValueOrDefault(name, 2);
            while (taken.Contains($"{name}_{number}"))
            {
                number++;
            }

            next[name] = number + 1;
            return $"{name}_{number}";
        }
    }
}
