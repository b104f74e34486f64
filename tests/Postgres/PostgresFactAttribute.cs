using Xunit;

namespace Velodrome.Postgres;

/// <summary>A test on a real PostgreSQL server; skipped, with the reason, where there is none to start.</summary>
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.Missing;
}
