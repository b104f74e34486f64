using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using Velodrome.Data.Postgres;
using Velodrome.Training.Fitting;

namespace Velodrome.Data.Runs;

/// <summary>Inserts epochs with one prepared command: a run may have 20,000 of them in a second, and a change tracker costs more than they do.</summary>
internal static class EpochInserts
{
    public static void InsertEpochs(this TrainingDbContext context, long runId, IReadOnlyList<EpochMetrics> epochs)
    {
        if (epochs.Count == 0)
        {
            return;
        }

        var connection = context.Database.GetDbConnection();
        if (connection is NpgsqlConnection postgres)
        {
            postgres.CopyEpochs(runId, epochs);
            return;
        }

        using var command = connection.CreateCommand();
        command.Transaction = context.Database.CurrentTransaction?.GetDbTransaction();
        command.CommandText = """
            INSERT INTO "Epochs" ("RunId", "Number", "TrainLoss", "ValidationLoss", "LearningRate", "Seconds")
            VALUES (@run, @number, @train, @validation, @rate, @seconds)
            """;
        Add(command, "@run").Value = runId;
        var (number, train, validation) = (Add(command, "@number"), Add(command, "@train"), Add(command, "@validation"));
        var (rate, seconds) = (Add(command, "@rate"), Add(command, "@seconds"));
        foreach (var epoch in epochs)
        {
            number.Value = epoch.Epoch;
            train.Value = OrNull(epoch.TrainLoss);
            validation.Value = OrNull(epoch.ValidationLoss);
            rate.Value = epoch.LearningRate;
            seconds.Value = epoch.Seconds;
            command.ExecuteNonQuery();
        }
    }

    private static object OrNull(double loss) => double.IsFinite(loss) ? loss : DBNull.Value;

    private static DbParameter Add(DbCommand command, string name)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        command.Parameters.Add(parameter);
        return parameter;
    }
}
