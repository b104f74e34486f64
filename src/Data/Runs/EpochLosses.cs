using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Sqlite;

namespace Velodrome.Data.Runs;

/// <summary>Reads what a thinned history is chosen by: of 100,000 epochs, two numbers each.</summary>
public static class EpochLosses
{
    /// <param name="context">Reads.</param>
    /// <param name="runId">The run.</param>
    /// <param name="after">Only epochs after this one.</param>
    /// <returns>Epochs in order, with their validation losses; null where it was not finite.</returns>
    public static List<(int Epoch, double? Loss)> LossesOf(this TrainingDbContext context, long runId, int after)
    {
        context.Database.OpenConnection();
        try
        {
            return context.Database.GetDbConnection() is SqliteConnection sqlite ? sqlite.ReadLosses(runId, after) : Read(context.Database.GetDbConnection(), runId, after);
        }
        finally
        {
            context.Database.CloseConnection();
        }
    }

    private static List<(int, double?)> Read(DbConnection connection, long runId, int after)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """SELECT "Number", "ValidationLoss" FROM "Epochs" WHERE "RunId" = @run AND "Number" > @after ORDER BY "Number" """;
        Add("@run", runId);
        Add("@after", after);
        using var reader = command.ExecuteReader();
        var losses = new List<(int, double?)>();
        while (reader.Read())
        {
            losses.Add((reader.GetInt32(0), reader.IsDBNull(1) ? null : reader.GetDouble(1)));
        }

        return losses;

        void Add(string name, object value)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
    }
}
