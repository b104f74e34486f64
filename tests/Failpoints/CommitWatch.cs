using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Velodrome.Failpoints;

/// <summary>Follows EF Core's transactions by the events that it publishes, and kills the process where its failpoint says.</summary>
/// <remarks>One commit may carry many operations: it counts once for each of them.</remarks>
internal sealed class CommitWatch(Failpoint failpoint) : IObserver<KeyValuePair<string, object?>>
{
    private static readonly TimeSpan Hold = TimeSpan.FromMilliseconds(500);

    /// <summary>Connections whose open transaction has the operation in it.</summary>
    private readonly ConcurrentDictionary<Guid, bool> _open = new();

    private int _commits;

    public void OnNext(KeyValuePair<string, object?> value)
    {
        switch (value.Value)
        {
            case CommandEventData command when value.Key == RelationalEventId.CommandExecuting.Name:
                Note(command);
                break;
            case TransactionEventData transaction when value.Key == RelationalEventId.TransactionCommitting.Name:
                Meet(transaction.ConnectionId, Side.Before);
                break;
            case TransactionEndEventData transaction when value.Key == RelationalEventId.TransactionCommitted.Name:
                Meet(transaction.ConnectionId, Side.After);
                break;
            case TransactionEndEventData transaction when value.Key == RelationalEventId.TransactionRolledBack.Name:
                _open.TryRemove(transaction.ConnectionId, out _);
                break;
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    private void Note(CommandEventData command)
    {
        if (command.Command.Transaction is not null && Operations.Match(command.Command.CommandText).Contains(failpoint.Operation))
        {
            _open[command.ConnectionId] = true;
        }
    }

    private void Meet(Guid connection, Side side)
    {
        if (_open.ContainsKey(connection) && side == failpoint.Side && Interlocked.Increment(ref _commits) == failpoint.Time)
        {
            Die();
        }

        if (side == Side.After)
        {
            _open.TryRemove(connection, out _);
        }
    }

    private void Die()
    {
        if (failpoint.Side == Side.Before)
        {
            Thread.Sleep(Hold);
        }

        Process.GetCurrentProcess().Kill(); // SIGKILL: nothing is flushed, closed or said
        Thread.Sleep(Timeout.Infinite);
    }
}
