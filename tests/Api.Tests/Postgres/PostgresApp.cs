using Microsoft.AspNetCore.Hosting;
using Velodrome.Postgres;

namespace Velodrome.Api.Tests.Postgres;

/// <summary>The service, with a separate PostgreSQL database.</summary>
public sealed class PostgresApp : VelodromeApp
{
    private readonly Lazy<string> _database = new(() => PostgresServer.Shared.NewDatabase()); // lazy, because tests may be skipped

    public string ConnectionString => _database.Value;

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("Database:Provider", "Postgres").UseSetting("ConnectionStrings:Database", ConnectionString);
    }
}
