using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Velodrome.Data.Tests.Chunks;

/// <summary>Counts the commands that read or write chunks within a transaction, and lets one fail as a killed process would.</summary>
internal sealed class ChunkWatch : DbCommandInterceptor
{
    private int? _failAt;
    private int _inserts;

    /// <summary>Commands since the last restart.</summary>
    public int Commands { get; private set; }

    /// <summary>Called with the number of insertions so far.</summary>
    public Action<int>? BeforeInsert { get; set; }

    public void Restart(int? failAt) => (Commands, _inserts, _failAt, BeforeInsert) = (0, 0, failAt, null);

    public override InterceptionResult<DbDataReader> ReaderExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
    {
        OnCommand(command);
        return result;
    }

    public override InterceptionResult<int> NonQueryExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result)
    {
        OnCommand(command);
        return result;
    }

    private void OnCommand(DbCommand command)
    {
        if (command.Transaction is null || !command.CommandText.Contains("\"RunChunks\"", StringComparison.Ordinal))
        {
            return;
        }

        if (++Commands == _failAt)
        {
            throw new InvalidOperationException("Killed here.");
        }

        if (command.CommandText.Contains("INSERT INTO \"RunChunks\"", StringComparison.Ordinal))
        {
            BeforeInsert?.Invoke(++_inserts);
        }
    }
}
