using Velodrome.Training.Tables;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>A column with its profile.</summary>
internal sealed record ProfiledColumn(Column Column, ColumnProfile Profile)
{
    /// <summary>Memory that <see cref="Of"/> needs for each column at a time.</summary>
    public static long MemoryOfCopy(int rows) => (long)sizeof(double) * rows;

    /// <summary>Profiles a column, and leaves its values in order.</summary>
    public static ProfiledColumn Of(Column column) => new(column, ColumnProfile.ProfileInPlace(
        column is NumberColumn numbers ? new NumberColumn(numbers.Name, numbers.Values.AsSpan().ToArray(), numbers.Kind) : column));
}
