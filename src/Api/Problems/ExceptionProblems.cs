using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Data.Sqlite;
using Npgsql;
using SQLitePCL;
using Velodrome.Training;

namespace Velodrome.Api.Problems;

/// <summary>Turns an exception into a <see cref="Problem"/>. Details of internal failures go to the log only.</summary>
internal sealed partial class ExceptionProblems(ILogger<ExceptionProblems> log) : IExceptionHandler
{
    private const int DiskFullOnUnix = 28; // ENOSPC on Linux and macOS: the runtime passes the system's error number on
    private const int DiskFullOnWindows = unchecked((int)0x80070070); // ERROR_DISK_FULL

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var faults = exception switch
        {
            RefusedException refused => refused.Faults,
            BadHttpRequestException bad => BadRequest.Explain(httpContext, bad),
            _ when exception.GetBaseException() is PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire } =>
                [new Fault("nulByte", null, "A string in the request contains U+0000, which the database cannot store. Remove it.")],
            _ when IsDiskFull(exception.GetBaseException()) => DiskFull(httpContext, exception),
            _ => InternalError(httpContext, exception),
        };
        await Problem.Of(faults).Write(httpContext);
        return true;
    }

    /// <summary>Whether the database or the temporary file of an upload ran out of space.</summary>
    private static bool IsDiskFull(Exception exception) =>
        exception is SqliteException { SqliteErrorCode: raw.SQLITE_FULL } or PostgresException { SqlState: PostgresErrorCodes.DiskFull }
        || (exception is IOException && exception.HResult == (OperatingSystem.IsWindows() ? DiskFullOnWindows : DiskFullOnUnix));

    private IReadOnlyList<Fault> DiskFull(HttpContext http, Exception exception)
    {
        LogFailed(exception, http.Request.Method, http.Request.Path, http.TraceIdentifier);
        return
        [
            new Fault("diskFull", null, "The service's disk is full. Nothing of this request was stored. " +
                "Send it again when there is space; waiting runs continue on their own then."),
        ];
    }

    private IReadOnlyList<Fault> InternalError(HttpContext http, Exception exception)
    {
        LogFailed(exception, http.Request.Method, http.Request.Path, http.TraceIdentifier);
        return
        [
            new Fault("internalError", null, "The service failed, and the request is not at fault. " +
                $"The service's log has the reason under the request id {http.TraceIdentifier}."),
        ];
    }

    [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed, request id {Id}", EventName = "requestFailed")]
    private partial void LogFailed(Exception exception, string method, PathString path, string id);
}
