using System.Data.Common;

namespace Velodrome.Processes;

/// <summary>Reads the service's database directly, on separate connections.</summary>
public sealed class ServiceDatabase(Func<DbConnection> connect)
{
    private const string SelectRuns = """
        SELECT "Id", "Name", "Status", "Token", "Attempts", "LeaseOwner", "LeaseUntil", "LastEpoch", "FinishedAt", "WeightsSha256",
            "Error"
        FROM "Runs"
        """;

    /// <summary>The runs that are queued or running.</summary>
    public List<RunRow> ActiveRuns() => Read($"""{SelectRuns} WHERE "Status" IN ('Queued', 'Running') ORDER BY "Id" """, ReadRun);

    public List<RunRow> AllRuns() => Read($"""{SelectRuns} ORDER BY "Id" """, ReadRun);

    public List<RunRow> Runs(IEnumerable<long> ids) =>
        Read($"""{SelectRuns} WHERE "Id" IN ({string.Join(", ", ids.DefaultIfEmpty(0))})""", ReadRun);

    public RunRow Run(long id) => Runs([id]).Single();

    /// <returns>One string for each row of the result: its values, separated by spaces.</returns>
    public List<string> Query(string sql) =>
        Read(sql, reader => string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(column => $"{reader.GetValue(column)}")));

    private static RunRow ReadRun(DbDataReader reader) => new(
        Id: reader.GetInt64(0),
        Name: reader.GetString(1),
        Status: reader.GetString(2),
        Token: reader.GetInt64(3),
        Attempts: reader.GetInt32(4),
        Owner: ReadText(reader, 5),
        LeaseUntil: ReadNumber(reader, 6),
        LastEpoch: (int?)ReadNumber(reader, 7),
        FinishedAt: ReadNumber(reader, 8),
        WeightsSha256: ReadText(reader, 9),
        Error: ReadText(reader, 10));

    private static string? ReadText(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static long? ReadNumber(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    private List<T> Read<T>(string sql, Func<DbDataReader, T> readRow)
    {
        using var connection = connect();
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(readRow(reader));
        }

        return rows;
    }
}
