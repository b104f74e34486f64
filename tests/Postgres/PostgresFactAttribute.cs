using Xunit;

namespace Velodrome.Postgres;

/// <summary>A test on a real PostgreSQL server. It is skipped, with the reason, where no server can be started.</summary>
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.UnavailableReason;
}
