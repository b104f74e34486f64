using System.Data.Common;

namespace Velodrome.Crash.Witnesses;

/// <summary>A run's row, as somebody finds it who looks into the database from outside.</summary>
/// <param name="Owner">Machine and process that hold the newest claim; null for nobody.</param>
/// <param name="LeaseUntil">Unix milliseconds.</param>
public sealed record RunRow(long Id, string Name, string Status, long Token, int Attempts, string? Owner, long? LeaseUntil, int? LastEpoch, long? FinishedAt, string? WeightsSha256)
{
    public bool Trains => Status == "Running";
}

/// <summary>The service's database, read past the service.</summary>
public sealed class OutsideDatabase(Func<DbConnection> connect)
{
    private const string Columns = """SELECT "Id", "Name", "Status", "Token", "Attempts", "LeaseOwner", "LeaseUntil", "LastEpoch", "FinishedAt", "WeightsSha256" FROM "Runs" """;

    /// <summary>Runs that have not ended.</summary>
    public List<RunRow> Active() => Read(Columns + """WHERE "Status" IN ('Queued', 'Running') ORDER BY "Id" """, Row);

    public List<RunRow> All() => Read(Columns + """ORDER BY "Id" """, Row);

    public List<RunRow> Runs(IEnumerable<long> ids) => Read(Columns + $"""WHERE "Id" IN ({string.Join(", ", ids.DefaultIfEmpty(0))})""", Row);

    public RunRow Run(long id) => Runs([id]).Single();

    /// <summary>All rows of a query, its columns as text.</summary>
    public List<string> Ask(string query) =>
        Read(query, reader => string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(column => $"{reader.GetValue(column)}")));

    private static RunRow Row(DbDataReader reader) => new(
        reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3), reader.GetInt32(4), Text(reader, 5), Number(reader, 6),
        (int?)Number(reader, 7), Number(reader, 8), Text(reader, 9));

    private static string? Text(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static long? Number(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    private List<T> Read<T>(string query, Func<DbDataReader, T> row)
    {
        using var connection = connect();
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = query;
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(row(reader));
        }

        return rows;
    }
}
