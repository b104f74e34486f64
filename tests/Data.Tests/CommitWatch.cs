using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Velodrome.Data.Tests;

/// <summary>Counts commits, and can make them fail on demand.</summary>
internal sealed class CommitWatch : DbTransactionInterceptor
{
    public int Commits { get; private set; }

    public Exception? Failure { get; set; }

    public override InterceptionResult TransactionCommitting(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
    {
        Commits++;
        return Failure is null ? result : throw Failure;
    }
}
