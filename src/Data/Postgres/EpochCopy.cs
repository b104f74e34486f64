using Npgsql;
using NpgsqlTypes;
using Velodrome.Data.Runs;
using Velodrome.Training.Fitting;

namespace Velodrome.Data.Postgres;

/// <summary>Inserts epochs with COPY, which takes one round trip for all of them.</summary>
internal static class EpochCopy
{
    public static void CopyEpochs(this NpgsqlConnection connection, long runId, IReadOnlyList<EpochMetrics> epochs)
    {
        using var copy = connection.BeginBinaryImport("""
            COPY "Epochs" ("RunId", "Number", "TrainLoss", "ValidationLoss", "LearningRate", "Seconds", "Members")
            FROM STDIN (FORMAT BINARY)
            """);
        foreach (var epoch in epochs)
        {
            copy.StartRow();
            copy.Write(runId);
            copy.Write(epoch.Epoch);
            Write(copy, epoch.TrainLoss);
            Write(copy, epoch.ValidationLoss);
            copy.Write(epoch.LearningRate);
            copy.Write(epoch.Seconds);
            Write(copy, MemberBytes.Write(epoch.Members));
        }

        copy.Complete();
    }

    private static void Write(NpgsqlBinaryImporter copy, byte[]? bytes)
    {
        if (bytes is null)
        {
            copy.WriteNull();
        }
        else
        {
            copy.Write(bytes, NpgsqlDbType.Bytea);
        }
    }

    private static void Write(NpgsqlBinaryImporter copy, double loss)
    {
        if (double.IsFinite(loss))
        {
            copy.Write(loss, NpgsqlDbType.Double);
        }
        else
        {
            copy.WriteNull();
        }
    }
}
