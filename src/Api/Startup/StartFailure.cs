using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Npgsql;
using Velodrome.Data;
using Velodrome.Data.Sqlite;
using Velodrome.Data.Start;

namespace Velodrome.Api.Startup;

/// <summary>
/// Explains start failures that the person who starts the service can fix: a wrong setting, an address that can't be used, a database
/// that can't be reached. Every other failure, such as a missing assembly, keeps its stack trace.
/// </summary>
internal static class StartFailure
{
    private static readonly string[] Loggers =
        ["Microsoft.Extensions.Hosting.Internal.Host", "Microsoft.EntityFrameworkCore.Database.Connection"];

    /// <summary>The command that starts the service on another address, as the user can type it.</summary>
    private static string Command => $"dotnet {typeof(StartFailure).Assembly.Location} --urls http://127.0.0.1:5090";

    /// <summary>Returns one line for the person who starts the service; null for a failure that needs its stack trace.</summary>
    public static string? Describe(Exception failure) => failure switch
    {
        DataFolderException or UnusableDatabaseException => failure.Message,
        SqliteException damage when SqliteFileCheck.IsDamage(damage) =>
            $"The database is damaged ({Text(damage)}). Restore a backup with `Velodrome.Api restore FILE --force`.",
        OptionsValidationException wrong => $"A setting is wrong: {string.Join(" ", wrong.Failures)}",
        IOException { InnerException: AddressInUseException } =>
            $"{Text(failure)}. Stop the program that uses the address, or choose another one: {Command}",
        IOException { InnerException: AggregateException { InnerException: { } first } } => Describe(first), // localhost is two addresses
        SocketException { SocketErrorCode: SocketError.AccessDenied } =>
            $"The service may not listen on the port in --urls ({Text(failure)}). Choose a port above 1023: {Command}",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } =>
            $"The address in --urls does not belong to this machine ({Text(failure)}). Choose another one: {Command}",
        SqliteException file when file.IsDatabaseUnavailable() =>
            $"The database file can't be opened or written ({Text(failure)}). Check the rights to velodrome.db in the data " +
            "folder and the disk that it is on, or set DataFolder to another folder.",
        InvalidOperationException when failure.Message.Contains("HTTPS endpoint", StringComparison.Ordinal) =>
            "An https address needs a certificate. Set Kestrel:Certificates:Default:Path and :Password for a .pfx file, or :Path and " +
            ":KeyPath for .pem files, or use http:// (docs/operations.md, TLS).",
        CryptographicException => $"A certificate in Kestrel's settings can't be used ({Text(failure)}). Check its file, password and key.",
        PostgresException refused when IsAboutConnection(refused.SqlState) =>
            $"The database can't be used ({refused.MessageText.TrimEnd('.')}). Check ConnectionStrings:Database.",
        NpgsqlException { InnerException: SocketException or IOException or TimeoutException } =>
            $"The database can't be reached ({Text(failure)}). Check ConnectionStrings:Database, and that the server runs.",
        _ => null,
    };

    /// <summary>
    /// During the start, host and database log a failure with its stack trace before they throw it. <see cref="Describe"/> reports it,
    /// so these log entries are suppressed until the service has started.
    /// </summary>
    public static void SuppressDuplicateStartupErrors(this ILoggingBuilder logging) => logging.Services
        .AddOptions<LoggerFilterOptions>()
        .Configure<IServiceProvider>((options, services) => Array.ForEach(Loggers, logger => options.AddFilter(
            logger,
            level => level >= LogLevel.Warning
                && services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.IsCancellationRequested)));

    private static string Text(Exception failure) => failure.Message.TrimEnd('.');

    /// <summary>
    /// True for error classes that depend on the connection string or on the server's state, and not on a statement of ours: 28 (login
    /// refused), 3D (no such database), 42501 (no permission), 53 (no resources), 57 (server starts or stops).
    /// https://www.postgresql.org/docs/current/errcodes-appendix.html
    /// </summary>
    private static bool IsAboutConnection(string sqlState) =>
        sqlState[..2] is "28" or "3D" or "53" or "57" || sqlState == PostgresErrorCodes.InsufficientPrivilege;
}
