using Velodrome.Data.Datasets;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Datasets;

/// <summary>An upper estimate of a table's memory, made before the table is read.</summary>
/// <param name="Bytes">Bytes of the table.</param>
/// <param name="BytesWhileRead">Bytes of the table and of the buffers that its read needs.</param>
internal readonly record struct TableSize(long Bytes, long BytesWhileRead)
{
    /// <summary>Chunks of the CSV, and the rows that are parsed.</summary>
    private const long MaxReadBuffers = 16 << 20;

    /// <summary>An entry of a dictionary, and a string without its characters.</summary>
    private const long BytesOfLevel = 96;

    /// <param name="dataset">The dataset.</param>
    /// <param name="like">A dataset with whose kinds it is read, as far as its cells allow it; null for its own. A column of another kind
    /// may become text or numbers.</param>
    /// <param name="columns">The columns that are read; null for all.</param>
    public static TableSize Of(Dataset dataset, Dataset? like = null, ColumnSet? columns = null)
    {
        var changed = like is null ? null : LikeReading.ChangedColumns(dataset, like);
        var read = dataset.Columns.Where(column => columns?.Contains(column.Name) != false).ToList();
        var texts = read.FindAll(column => column.Kind == ColumnKind.Category || IsChanged(column));
        var numbers = read.Count(column => column.Kind != ColumnKind.Category || IsChanged(column));
        var cells = sizeof(double) * numbers + sizeof(int) * texts.Count;
        var levels = texts.Sum(column => Math.Min(Distinct(column), CategoryColumn.MaxLevels) * BytesOfLevel);
        var characters = texts.Count > 0 ? sizeof(char) * dataset.Bytes : 0; // each level is in the file at least once
        var hashed = texts.Count(column => Distinct(column) > CategoryColumn.MaxLevels);
        var bytes = (long)dataset.Rows * cells + levels + characters;
        var buffers = Math.Min(MaxReadBuffers, (1 << 20) + 8 * dataset.Bytes);
        return new(bytes, bytes + (long)dataset.Rows * sizeof(ulong) * hashed + buffers);

        bool IsChanged(ColumnProfile column) => changed?.Contains(column.Name) == true;

        int Distinct(ColumnProfile column) => IsChanged(column) ? dataset.Rows : column.Distinct; // 1 and 1.0 are two texts
    }
}
