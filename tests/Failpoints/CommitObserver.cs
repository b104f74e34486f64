using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Velodrome.Failpoints;

/// <summary>Follows EF Core's diagnostic events and kills the process at the commit that the failpoint names.</summary>
/// <remarks>The service commits several operations in one transaction. Such a commit counts once for each of them.</remarks>
internal sealed class CommitObserver(Failpoint failpoint) : IObserver<KeyValuePair<string, object?>>
{
    private static readonly TimeSpan HoldTime = TimeSpan.FromMilliseconds(500);

    /// <summary>Ids of the connections whose open transaction contains the failpoint's operation.</summary>
    private readonly ConcurrentDictionary<Guid, bool> _connections = new();

    private int _commits;

    public void OnNext(KeyValuePair<string, object?> value)
    {
        switch (value.Value)
        {
            case CommandEventData command when value.Key == RelationalEventId.CommandExecuting.Name:
                OnCommand(command);
                break;
            case TransactionEventData transaction when value.Key == RelationalEventId.TransactionCommitting.Name:
                OnCommit(transaction.ConnectionId, Side.Before);
                break;
            case TransactionEndEventData transaction when value.Key == RelationalEventId.TransactionCommitted.Name:
                OnCommit(transaction.ConnectionId, Side.After);
                break;
            case TransactionEndEventData transaction when value.Key == RelationalEventId.TransactionRolledBack.Name:
                _connections.TryRemove(transaction.ConnectionId, out _);
                break;
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    private void OnCommand(CommandEventData command)
    {
        if (command.Command.Transaction is not null && Operations.Match(command.Command.CommandText).Contains(failpoint.Operation))
        {
            _connections[command.ConnectionId] = true;
        }
    }

    private void OnCommit(Guid connection, Side side)
    {
        if (_connections.ContainsKey(connection) && side == failpoint.Side && Interlocked.Increment(ref _commits) == failpoint.Occurrence)
        {
            KillThisProcess();
        }

        if (side == Side.After)
        {
            _connections.TryRemove(connection, out _);
        }
    }

    private void KillThisProcess()
    {
        if (failpoint.Side == Side.Before)
        {
            Thread.Sleep(HoldTime);
        }

        Process.GetCurrentProcess().Kill(); // SIGKILL: nothing is flushed, closed or logged
        Thread.Sleep(Timeout.Infinite);
    }
}
