using System.Collections.Concurrent;
using System.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Velodrome.Data;

/// <summary>
/// The only way to write. SQLite has one writer at a time and a commit costs milliseconds on the disk, so one thread takes
/// everything that waits, runs it in one transaction and commits once. PostgreSQL has as many as there are processes, each of
/// which still saves commits. Reads use contexts of their own.
/// </summary>
public sealed class DatabaseWriter : IDisposable
{
    /// <summary>So that a steady stream of work cannot put off a commit for ever.</summary>
    private const int MaxGroup = 256;

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
    /// <param name="work">Quick, and silent about its success: the transaction may still fail after it has returned.</param>
    public Task<T> Write<T>(Func<TrainingDbContext, T> work)
    {
        // Continuations must not run on the writer's thread, or a caller could hold up everybody's writes.
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

    /// <summary><see cref="Write{T}"/> for a thread that has nothing else to do until it is committed, such as a training run's.</summary>
    public T WriteAndWait<T>(Func<TrainingDbContext, T> work) => Write(work).GetAwaiter().GetResult();

    /// <inheritdoc cref="WriteAndWait{T}"/>
    public void WriteAndWait(Action<TrainingDbContext> work) => Write(work).GetAwaiter().GetResult();

    /// <summary>Finishes what waits, and takes no more.</summary>
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
            if (work.Failure is { } failure && IsDeadlock(failure))
            {
                work.Failure = null;
                Commit([work]); // alone, and with nothing locked that another process waits for
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
            database.Database.AutoSavepointsEnabled = false; // each work has one of ours
            using var transaction = database.Database.BeginTransaction(); // in SQLite BEGIN IMMEDIATE: the write lock comes first
            var connection = database.Database.GetDbConnection();
            foreach (var work in group)
            {
                transaction.CreateSavepoint(Savepoint);
                try
                {
                    work.Run(database);
                    database.SaveChanges();
                }
                catch (Exception failure) when (connection.State == ConnectionState.Open) // else all of the group has failed
                {
                    transaction.RollbackToSavepoint(Savepoint);
                    work.Failure = failure;
                }

                transaction.ReleaseSavepoint(Savepoint); // or the next one would be within it
                database.ChangeTracker.Clear();
            }

            transaction.Commit();
        }
        catch (Exception failure)
        {
            group.ForEach(work => work.Failure ??= failure);
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
