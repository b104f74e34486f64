using Velodrome.Training;

namespace Velodrome.Api.Datasets.Formats;

internal static class UnsupportedColumn
{
    /// <param name="name">The column.</param>
    /// <param name="what">The end of a sentence that begins with the column: what is wrong with it.</param>
    /// <param name="instead">What to do, without a full stop.</param>
    public static RefusedException Refuse(string name, string what, string instead) => new("unsupportedColumn", name,
        $"The column \"{name}\" {what}. A column of a dataset has one number, text, date, or true or false in each row. {instead}, or " +
        "leave the column out.");
}
