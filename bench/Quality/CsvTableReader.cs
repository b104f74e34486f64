using Velodrome.Api.Datasets.Csv;
using Velodrome.Training.Tables;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Bench.Quality;

/// <summary>Reads a CSV as the service reads an upload without options.</summary>
internal static class CsvTableReader
{
    /// <exception cref="Training.RefusedException">The file is broken, or only its owner can decide how to read it.</exception>
    public static Table Read(Stream csv)
    {
        var dialect = CsvDialect.Detect(csv, new ReadingOptions(), default).Dialect;
        var scan = CsvScan.Read(csv, dialect, new ReadingOptions(), profileBytes: 0, default);
        scan.RefuseQuestions();
        csv.Position = 0;
        return CsvTable.Read(csv, dialect, scan.Reading.Columns, new ColumnArrays(scan.Rows), default);
    }
}
