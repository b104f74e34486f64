namespace Velodrome.Training.Checks;

/// <summary>Looks at a run's data before it is trained: nothing is mended, and nothing that was found is kept silent.</summary>
public static class SubmissionChecks
{
    /// <summary>Every finding: first what concerns rows, then what concerns columns.</summary>
    /// <remarks>Linear in the table's cells, but for sorts of at most 20,000 rows per feature.</remarks>
    public static IReadOnlyList<RunWarning> Of(Submission run) =>
    [
        .. RowCounts.RowsWithoutTarget(run),
        .. RowCounts.FewValidationRows(run),
        .. ClassesMissing.Find(run),
        .. SortedTarget.Find(run),
        .. DuplicateRows.Find(run),
        .. Leak.Find(run),
        .. IdLikeColumn.Find(run),
        .. DeadFeatures.Find(run),
        .. TooManyLevels.Find(run),
    ];
}
