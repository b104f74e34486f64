using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;
using Velodrome.Data.Start;

namespace Velodrome.Data.Maintenance;

/// <summary>One table that was moved.</summary>
public sealed record MovedTable(string Name, long Rows);

/// <summary>
/// Copies every table of the EF Core model into another, empty database: SQLite to PostgreSQL, or back. Rows keep their ids. All rows are
/// in one transaction, which is committed after the copy has been read again and equals the original.
/// </summary>
public static class DatabaseMove
{
    /// <param name="source">Only read from. No other process may use it during the move.</param>
    /// <param name="target">Gets the tables of this version; must hold no rows.</param>
    /// <exception cref="UnusableDatabaseException">A database has another version, the target has rows, or the copies differ.</exception>
    public static IReadOnlyList<MovedTable> Run(ContextFactory source, ContextFactory target)
    {
        using var from = source.CreateDbContext();
        using var to = target.CreateDbContext();
        from.RefuseNewer();
        if (from.Database.GetPendingMigrations().Any())
        {
            throw new UnusableDatabaseException($"{source.Place} has the tables of an older version. Start the service on it once.");
        }

        to.Upgrade();
        from.Database.OpenConnection();
        to.Database.OpenConnection();
        RefuseOtherSessions(from);
        using var reading = from.Database.BeginTransaction();
        using var writing = to.Database.BeginTransaction();
        var tables = InOrderOfReferences(from.Model.GetRelationalModel());
        RefuseRows(to, tables, target.Place);
        if (to.Database.IsSqlite())
        {
            to.Database.ExecuteSqlRaw("PRAGMA defer_foreign_keys = ON"); // a run may refer to a run that follows
        }

        var moved = tables.ConvertAll(table => Move(table, from, to));
        writing.Commit();
        return moved;
    }

    private static MovedTable Move(ITable table, TrainingDbContext from, TrainingDbContext to)
    {
        var (source, target) = (from.Database.GetDbConnection(), to.Database.GetDbConnection());
        var copy = new TableCopy(table);
        var (original, written) = (copy.Copy(source, target), copy.Read(target));
        if (original != written)
        {
            throw new UnusableDatabaseException(
                $"The copy of the table {table.Name} has {written.Rows} rows and differs from the original, " +
                $"which has {original.Rows} rows. Nothing was stored.");
        }

        if (table.PrimaryKey!.Columns is [var key] && IsGenerated(key))
        {
            SetLastId(target, table.Name, key.Name, LastId(source, table.Name, key.Name));
        }

        return new(table.Name, original.Rows);
    }

    private static bool IsGenerated(IColumn column) =>
        column.PropertyMappings.Any(mapping => mapping.Property.ValueGenerated == ValueGenerated.OnAdd);

    /// <summary>The highest id that was ever given, also to a row that was deleted since: no id may be given twice.</summary>
    private static long LastId(DbConnection database, string table, string key) => Scalar(database, database is NpgsqlConnection
        ? $"""SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {SequenceOf(database, table, key)}"""
        : $"SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = '{table}'), 0)") is long last ? last : 0;

    private static void SetLastId(DbConnection database, string table, string key, long last)
    {
        if (last == 0)
        {
            return;
        }

        Scalar(database, database is NpgsqlConnection
            ? $"SELECT setval('{SequenceOf(database, table, key)}', {last})"
            : $"""
              DELETE FROM sqlite_sequence WHERE name = '{table}';
              INSERT INTO sqlite_sequence (name, seq) VALUES ('{table}', {last})
              """);
    }

    private static string SequenceOf(DbConnection database, string table, string key) =>
        (string)Scalar(database, $"""SELECT pg_get_serial_sequence('"{table}"', '{key}')""")!;

    private static object? Scalar(DbConnection database, string sql)
    {
        using var command = database.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private static void RefuseRows(TrainingDbContext target, List<ITable> tables, string place)
    {
        var filled = tables.Find(table => Scalar(target.Database.GetDbConnection(), $"SELECT 1 FROM \"{table.Name}\" LIMIT 1") is not null);
        if (filled is not null)
        {
            throw new UnusableDatabaseException(
                $"{place} is not empty: its table {filled.Name} has rows. Name a new database; nothing was moved.");
        }
    }

    /// <summary>A SQLite folder is locked; PostgreSQL lists its sessions.</summary>
    private static void RefuseOtherSessions(TrainingDbContext source)
    {
        if (source.Database.IsNpgsql() && Scalar(source.Database.GetDbConnection(), """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
            """) is long sessions and > 0)
        {
            throw new UnusableDatabaseException(
                $"{sessions} other sessions use the PostgreSQL database. Stop all processes of the service.");
        }
    }

    /// <summary>A table follows those to which it refers.</summary>
    private static List<ITable> InOrderOfReferences(IRelationalModel model)
    {
        var ordered = new List<ITable>();
        foreach (var table in model.Tables)
        {
            Add(table);
        }

        return ordered;

        void Add(ITable table)
        {
            foreach (var reference in table.ForeignKeyConstraints.Where(reference => reference.PrincipalTable != table))
            {
                Add((ITable)reference.PrincipalTable);
            }

            if (!ordered.Contains(table))
            {
                ordered.Add(table);
            }
        }
    }
}
