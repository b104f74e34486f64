using Microsoft.Data.Sqlite;
using SQLitePCL;
using Velodrome.Data.Runs;
using Velodrome.Training.Fitting;

namespace Velodrome.Data.Sqlite;

/// <summary>
/// Inserts epochs through SQLite's C interface. A small network trains an epoch in 3 µs, and an ADO.NET command takes longer than
/// that for each row.
/// </summary>
internal static class EpochStatements
{
    private const int RowsPerStatement = 64;

    /// <summary>Inserts epochs, many rows to a statement.</summary>
    /// <param name="connection">Must be in a transaction.</param>
    /// <param name="runId">The run's id.</param>
    /// <param name="epochs">New epochs in order.</param>
    /// <exception cref="SqliteException">The caller must roll the transaction back, at least to a savepoint.</exception>
    public static void InsertEpochs(this SqliteConnection connection, long runId, IReadOnlyList<EpochMetrics> epochs)
    {
        var whole = epochs.Count - epochs.Count % RowsPerStatement;
        connection.Handle!.Insert(runId, epochs, 0, whole, RowsPerStatement);
        connection.Handle!.Insert(runId, epochs, whole, epochs.Count, 1);
    }

    private static void Insert(this sqlite3 database, long runId, IReadOnlyList<EpochMetrics> epochs, int start, int end, int rows)
    {
        if (start == end)
        {
            return;
        }

        Check(raw.sqlite3_prepare_v2(database, Sql(rows), out var statement));
        using (statement)
        {
            while (start < end)
            {
                for (int row = 0, at = 1; row < rows; row++, at += 7, start++)
                {
                    raw.sqlite3_bind_int64(statement, at, runId);
                    raw.sqlite3_bind_int(statement, at + 1, epochs[start].Epoch);
                    statement.BindLoss(at + 2, epochs[start].TrainLoss);
                    statement.BindLoss(at + 3, epochs[start].ValidationLoss);
                    raw.sqlite3_bind_double(statement, at + 4, epochs[start].LearningRate);
                    raw.sqlite3_bind_double(statement, at + 5, epochs[start].Seconds);
                    statement.BindBytes(at + 6, MemberBytes.Write(epochs[start].Members));
                }

                raw.sqlite3_step(statement);
                Check(raw.sqlite3_reset(statement)); // returns the error code of the step
            }
        }

        void Check(int result) => SqliteException.ThrowExceptionForRC(result, database);
    }

    private static string Sql(int rows) => $"""
        INSERT INTO "Epochs" ("RunId", "Number", "TrainLoss", "ValidationLoss", "LearningRate", "Seconds", "Members")
        VALUES {string.Join(", ", Enumerable.Repeat("(?, ?, ?, ?, ?, ?, ?)", rows))}
        """;

    private static void BindBytes(this sqlite3_stmt statement, int at, byte[]? bytes)
    {
        if (bytes is null)
        {
            raw.sqlite3_bind_null(statement, at);
        }
        else
        {
            raw.sqlite3_bind_blob(statement, at, bytes);
        }
    }

    private static void BindLoss(this sqlite3_stmt statement, int at, double loss)
    {
        if (double.IsFinite(loss))
        {
            raw.sqlite3_bind_double(statement, at, loss);
        }
        else
        {
            raw.sqlite3_bind_null(statement, at);
        }
    }
}
