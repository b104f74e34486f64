using Microsoft.EntityFrameworkCore;

namespace Velodrome.Data;

/// <summary>Measures a database.</summary>
public static class DatabaseSize
{
    /// <summary>Bytes that the database uses. On SQLite without pages that are free for new rows; on PostgreSQL with the queue.</summary>
    public static Task<long> UsedBytes(this TrainingDbContext database, CancellationToken cancellationToken) => database.Database
        .SqlQueryRaw<long>(database.Database.IsNpgsql()
            ? """SELECT pg_database_size(current_database()) AS "Value" """
            : """
              SELECT (page_count - freelist_count) * page_size AS "Value"
              FROM pragma_page_count, pragma_freelist_count, pragma_page_size
              """)
        .SingleAsync(cancellationToken);
}
