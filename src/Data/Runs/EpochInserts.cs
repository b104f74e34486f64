using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Velodrome.Data.Postgres;
using Velodrome.Data.Sqlite;
using Velodrome.Training.Fitting;

namespace Velodrome.Data.Runs;

/// <summary>Inserts epochs as each database does it fastest: a run may have 20,000 of them in a tenth of a second, and a change tracker costs more than they do.</summary>
internal static class EpochInserts
{
    public static void InsertEpochs(this TrainingDbContext database, long runId, IReadOnlyList<EpochMetrics> epochs)
    {
        if (epochs.Count == 0)
        {
            return;
        }

        if (database.Database.GetDbConnection() is NpgsqlConnection postgres)
        {
            postgres.CopyEpochs(runId, epochs);
        }
        else
        {
            ((SqliteConnection)database.Database.GetDbConnection()).InsertEpochs(runId, epochs);
        }
    }
}
