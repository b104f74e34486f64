using System.Collections.Concurrent;
using System.Data;
using System.Runtime.ExceptionServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Velodrome.Data;

/// <summary>
/// All writes go through this class. SQLite allows one writer at a time, and a commit costs milliseconds on the disk, so one thread
/// takes all waiting writes, runs them in one transaction and commits once. On PostgreSQL each process has one such thread, which
/// saves commits there too. Reads use separate contexts.
/// </summary>
public sealed class DatabaseWriter : IDisposable
{
    /// <summary>Limits a transaction, so that a steady stream of writes cannot delay a commit without end.</summary>
    private const int MaxGroup = 256;

    /// <summary>How often a write is run if it loses deadlocks. Two processes may lose the same one, and then the next as well.</summary>
    private const int MaxTries = 5;

    private const string Savepoint = "work";

    private readonly IDbContextFactory<TrainingDbContext> _contexts;
    private readonly BlockingCollection<PendingWrite> _waiting = [];
    private readonly Thread _thread;

    public DatabaseWriter(IDbContextFactory<TrainingDbContext> contexts)
    {
        _contexts = contexts;
        _thread = new Thread(WriteAll) { Name = "database writer", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Runs the work, saves its changes, and completes once they are committed.</summary>
    /// <param name="work">
    /// Must be quick, because other writes wait for it. It must not report success itself, because the commit may still fail.
    /// </param>
    public Task<T> Write<T>(Func<TrainingDbContext, T> work)
    {
        // A continuation on the writer's thread would delay all other writes.
        var caller = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        T result = default!;
        _waiting.Add(new PendingWrite(database => result = work(database), () => caller.SetResult(result), caller.SetException));
        return caller.Task;
    }

    /// <inheritdoc cref="Write{T}"/>
    public Task Write(Action<TrainingDbContext> work) => Write(database =>
    {
        work(database);
        return true;
    });

    /// <summary>Like <see cref="Write{T}"/>, but blocks the calling thread until the work is committed.</summary>
    public T WriteAndWait<T>(Func<TrainingDbContext, T> work) => Write(work).GetAwaiter().GetResult();

    /// <inheritdoc cref="WriteAndWait{T}"/>
    public void WriteAndWait(Action<TrainingDbContext> work) => Write(work).GetAwaiter().GetResult();

    /// <summary>Commits the waiting writes and accepts no more.</summary>
    public void Dispose()
    {
        if (!_thread.IsAlive)
        {
            return; // disposed already
        }

        _waiting.CompleteAdding();
        _thread.Join();
        _waiting.Dispose();
    }

    private void WriteAll()
    {
        foreach (var first in _waiting.GetConsumingEnumerable())
        {
            var group = new List<PendingWrite> { first };
            while (group.Count < MaxGroup && _waiting.TryTake(out var next))
            {
                group.Add(next);
            }

            WriteGroup(group);
        }
    }

    private void WriteGroup(List<PendingWrite> group)
    {
        Commit(group);
        foreach (var work in group)
        {
            for (var tries = 1; work.Failure is { } failure && IsDeadlock(failure) && tries < MaxTries; tries++)
            {
                work.Failure = null;
                Commit([work]); // alone: it now holds no lock that another process waits for
            }

            work.Complete();
        }
    }

    private static bool IsDeadlock(Exception failure) =>
        failure.GetBaseException() is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected };

    private void Commit(List<PendingWrite> group)
    {
        try
        {
            using var database = _contexts.CreateDbContext();
            database.Database.AutoSavepointsEnabled = false; // each write gets a savepoint below
            using var transaction = database.Database.BeginTransaction(); // SQLite: BEGIN IMMEDIATE, which takes the write lock
            var connection = database.Database.GetDbConnection();
            foreach (var work in group)
            {
                transaction.CreateSavepoint(Savepoint);
                try
                {
                    work.Run(database);
                    database.SaveChanges();
                }
                catch (Exception failure) when (connection.State == ConnectionState.Open) // otherwise the whole group has failed
                {
                    work.Failure = failure;
                    RollBack(transaction, failure);
                }

                transaction.ReleaseSavepoint(Savepoint); // otherwise the next savepoint would be nested in it
                database.ChangeTracker.Clear();
            }

            transaction.Commit();
        }
        catch (Exception failure)
        {
            group.ForEach(work => work.Failure ??= failure);
        }
    }

    /// <summary>Undoes one write of a group.</summary>
    /// <param name="transaction">The group's transaction.</param>
    /// <param name="cause">
    /// Thrown if there is nothing left to roll back to: on some failures, such as a full disk, SQLite rolls the whole transaction back. The
    /// other writes of the group have then failed for the same cause.
    /// </param>
    private static void RollBack(IDbContextTransaction transaction, Exception cause)
    {
        try
        {
            transaction.RollbackToSavepoint(Savepoint);
        }
        catch (Exception)
        {
            ExceptionDispatchInfo.Throw(cause);
        }
    }

    private sealed class PendingWrite(Action<TrainingDbContext> run, Action succeed, Action<Exception> fail)
    {
        public Exception? Failure { get; set; }

        public void Run(TrainingDbContext database) => run(database);

        public void Complete()
        {
            if (Failure is null)
            {
                succeed();
            }
            else
            {
                fail(Failure);
            }
        }
    }
}
