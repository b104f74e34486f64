using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Data.Sqlite;
using Npgsql;
using SQLitePCL;
using Velodrome.Api.Memory;
using Velodrome.Data;
using Velodrome.Data.Sqlite;
using Velodrome.Training;

namespace Velodrome.Api.Problems;

/// <summary>A request for the log, also when it has been answered.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Path">Its path.</param>
/// <param name="Id">Its id.</param>
internal readonly record struct FailedRequest(string Method, PathString Path, string Id)
{
    public static FailedRequest Of(HttpContext http) => new(http.Request.Method, http.Request.Path, http.TraceIdentifier);
}

/// <summary>Turns an exception into a <see cref="Problem"/>. Details of internal failures go to the log only.</summary>
internal sealed partial class ExceptionProblems(ILogger<ExceptionProblems> log) : IExceptionHandler
{
    private const string DatabaseUnavailableCode = "databaseUnavailable";
    private const int DiskFullOnUnix = 28; // ENOSPC on Linux and macOS: the runtime passes the system's error number on
    private const int RetryAfterSeconds = 5;
    private const int DiskFullOnWindows = unchecked((int)0x80070070); // ERROR_DISK_FULL

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var faults = Explain(httpContext, exception);
        if (faults[0].Code == DatabaseUnavailableCode)
        {
            httpContext.Response.Headers.RetryAfter = $"{RetryAfterSeconds}";
        }

        if (exception is RefusedException refused)
        {
            MemoryRefusals.AddRetryAfter(httpContext.Response, refused);
        }

        await Problem.Of(faults).Write(httpContext);
        return true;
    }

    /// <summary>Never throws: an exception here would leave the response empty.</summary>
    private IReadOnlyList<Fault> Explain(HttpContext http, Exception exception)
    {
        var request = FailedRequest.Of(http);
        try
        {
            return exception is BadHttpRequestException bad ? BadRequest.Explain(http, bad) : Explain(request, exception);
        }
        catch (Exception second)
        {
            return InternalError(request, new AggregateException(exception, second));
        }
    }

    /// <summary>Explains why a request has failed, or work in the background that it has started.</summary>
    public IReadOnlyList<Fault> Explain(FailedRequest request, Exception exception) => exception switch
    {
        RefusedException refused => refused.Faults,
        _ when exception.GetBaseException() is PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire } =>
            [new Fault("nulByte", null, "A string in the request contains U+0000, which the database cannot store. Remove it.")],
        _ when exception.GetBaseException() is DatabaseFileMovedException => FileMoved(),
        _ when exception.GetBaseException() is SqliteException sqlite && SqliteFileCheck.IsDamage(sqlite) =>
            DatabaseDamaged(request, exception),
        _ when IsDiskFull(exception.GetBaseException()) => DiskFull(request, exception),
        _ when exception.IsDatabaseUnavailable() => DatabaseUnavailable(request, exception),
        _ => InternalError(request, exception),
    };

    /// <summary>Whether the database or the temporary file of an upload ran out of space.</summary>
    private static bool IsDiskFull(Exception exception) =>
        exception is SqliteException { SqliteErrorCode: raw.SQLITE_FULL } or PostgresException { SqlState: PostgresErrorCodes.DiskFull }
        || (exception is IOException && exception.HResult == (OperatingSystem.IsWindows() ? DiskFullOnWindows : DiskFullOnUnix));

    private static IReadOnlyList<Fault> FileMoved() =>
    [
        new Fault("databaseFileMoved", null, "The service's database file was deleted, moved or replaced while the service runs. " +
            "Nothing of this request was stored. The service saves what it had: /health/ready says where. Do not stop it before."),
    ];

    private IReadOnlyList<Fault> DatabaseDamaged(FailedRequest request, Exception exception)
    {
        LogFailed(exception, request.Method, request.Path, request.Id);
        return
        [
            new Fault("databaseDamaged", null, "The database file is damaged where this request needs it. Stop the service, run " +
                "`Velodrome.Api check`, and restore a backup with `Velodrome.Api restore FILE --force`."),
        ];
    }

    private IReadOnlyList<Fault> DiskFull(FailedRequest request, Exception exception)
    {
        LogFailed(exception, request.Method, request.Path, request.Id);
        return
        [
            new Fault("diskFull", null, "The service's disk is full. Nothing of this request was stored. " +
                "Send it again when there is space; waiting runs continue on their own then."),
        ];
    }

    private IReadOnlyList<Fault> DatabaseUnavailable(FailedRequest request, Exception exception)
    {
        LogDatabaseUnavailable(request.Method, request.Path, exception.GetBaseException().Message);
        return
        [
            new Fault(DatabaseUnavailableCode, null, "The service's database cannot be used at the moment; /health/ready says why. " +
                $"Send the request again in {RetryAfterSeconds} seconds. If it starts a run, an Idempotency-Key keeps a second one from " +
                "starting."),
        ];
    }

    private IReadOnlyList<Fault> InternalError(FailedRequest request, Exception exception)
    {
        LogFailed(exception, request.Method, request.Path, request.Id);
        return
        [
            new Fault("internalError", null, "The service failed, and the request is not at fault. " +
                $"The service's log has the reason under the request id {request.Id}."),
        ];
    }

    /// <summary>Without a stack trace: during an outage every request fails in the same way.</summary>
    [LoggerMessage(2, LogLevel.Error, "{Method} {Path} failed, because the database cannot be used: {Reason}",
        EventName = "databaseUnavailable")]
    private partial void LogDatabaseUnavailable(string method, PathString path, string reason);

    [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed, request id {Id}", EventName = "requestFailed")]
    private partial void LogFailed(Exception exception, string method, PathString path, string id);
}
