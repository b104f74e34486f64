using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;

namespace Velodrome.Data.Maintenance;

/// <summary>What a table holds: two tables are equal if this is. The order of rows does not matter.</summary>
/// <param name="Rows">The number of rows.</param>
/// <param name="Sum">The sum of a hash of each row, modulo 2^128.</param>
public readonly record struct TableContent(long Rows, UInt128 Sum);

/// <summary>Copies the rows of one table from one database to another, of any providers, with one row in memory at a time.</summary>
internal sealed class TableCopy
{
    private readonly string _name;
    private readonly string _columns;
    private readonly Type[] _types;

    /// <param name="table">A table of the EF Core model; both providers have the same tables and columns.</param>
    public TableCopy(ITable table)
    {
        var columns = table.Columns.ToList();
        _name = table.Name;
        _columns = string.Join(", ", columns.Select(column => $"\"{column.Name}\""));
        _types = [.. columns.Select(StoredType)];
    }

    /// <summary>Copies all rows. The caller commits.</summary>
    public TableContent Copy(DbConnection source, DbConnection target) => target switch
    {
        NpgsqlConnection postgres => Copy(source, postgres),
        SqliteConnection sqlite => Copy(source, sqlite),
        _ => throw new NotSupportedException(target.GetType().Name),
    };

    /// <summary>Reads all rows.</summary>
    public TableContent Read(DbConnection database) => ForEachRow(database, _ => { });

    private TableContent Copy(DbConnection source, NpgsqlConnection target)
    {
        using var copy = target.BeginBinaryImport($"COPY \"{_name}\" ({_columns}) FROM STDIN (FORMAT BINARY)");
        var content = ForEachRow(source, row =>
        {
            copy.StartRow();
            foreach (var value in row)
            {
                if (value is null)
                {
                    copy.WriteNull();
                }
                else
                {
                    copy.Write(value); // the type of the value decides
                }
            }
        });
        copy.Complete();
        return content;
    }

    private TableContent Copy(DbConnection source, SqliteConnection target)
    {
        using var insert = target.CreateCommand();
        insert.CommandText = $"INSERT INTO \"{_name}\" ({_columns}) VALUES ({string.Join(", ", _types.Select((_, at) => $"${at}"))})";
        var parameters = _types.Select((_, at) => insert.Parameters.Add(new SqliteParameter { ParameterName = $"${at}" })).ToList();
        return ForEachRow(source, row =>
        {
            for (var at = 0; at < row.Length; at++)
            {
                parameters[at].Value = row[at] ?? DBNull.Value;
            }

            insert.ExecuteNonQuery();
        });
    }

    private TableContent ForEachRow(DbConnection database, Action<object?[]> use)
    {
        using var select = database.CreateCommand();
        select.CommandText = $"SELECT {_columns} FROM \"{_name}\"";
        select.CommandTimeout = 0;
        using var reader = select.ExecuteReader();
        var row = new object?[_types.Length];
        var (rows, sum) = (0L, UInt128.Zero);
        while (reader.Read())
        {
            for (var at = 0; at < row.Length; at++)
            {
                row[at] = reader.IsDBNull(at) ? null : Value(reader, at, _types[at]);
            }

            use(row);
            sum = unchecked(sum + Hash(row));
            rows++;
        }

        return new(rows, sum);
    }

    /// <summary>The type of a column's values in the database, after EF Core's conversions: both providers read and write it.</summary>
    private static Type StoredType(IColumn column)
    {
        var mapping = column.PropertyMappings[0].TypeMapping;
        var type = mapping.Converter?.ProviderClrType ?? mapping.ClrType;
        return Nullable.GetUnderlyingType(type) ?? type;
    }

    private static object Value(DbDataReader reader, int at, Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Int64 => reader.GetInt64(at),
        TypeCode.Int32 => reader.GetInt32(at),
        TypeCode.Double => reader.GetDouble(at),
        TypeCode.Boolean => reader.GetBoolean(at),
        TypeCode.String => reader.GetString(at),
        _ when type == typeof(byte[]) => reader.GetFieldValue<byte[]>(at),
        _ => throw new NotSupportedException($"Columns of the type {type} can't be moved yet."),
    };

    /// <summary>The start of the row's SHA-256. Each value has its length before it, so that values can't run together.</summary>
    private static UInt128 Hash(object?[] row)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var value in row)
        {
            var bytes = value switch
            {
                null => [],
                long number => BitConverter.GetBytes(number),
                int number => BitConverter.GetBytes((long)number),
                double number => BitConverter.GetBytes(number),
                bool truth => BitConverter.GetBytes(truth),
                string text => Encoding.UTF8.GetBytes(text),
                byte[] stored => stored,
                _ => throw new NotSupportedException(value.GetType().Name),
            };
            hash.AppendData(BitConverter.GetBytes(value is null ? -1L : bytes.Length));
            hash.AppendData(bytes);
        }

        return BitConverter.ToUInt128(hash.GetHashAndReset());
    }
}
