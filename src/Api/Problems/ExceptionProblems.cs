using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Data.Sqlite;
using Npgsql;
using SQLitePCL;
using Velodrome.Training;

namespace Velodrome.Api.Problems;

/// <summary>Answers an exception: a refusal in its own words, anything else with no word of what happened inside.</summary>
internal sealed partial class ExceptionProblems(ILogger<ExceptionProblems> log) : IExceptionHandler
{
    private const int DiskFull = 28; // ENOSPC, on Linux and macOS: the runtime hands the system's number on
    private const int DiskFullOnWindows = unchecked((int)0x80070070); // ERROR_DISK_FULL

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var faults = exception switch
        {
            RefusedException refused => refused.Faults,
            BadHttpRequestException bad => await BadRequest.Explain(httpContext, bad),
            _ when exception.GetBaseException() is PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire } =>
                [new("nulByte", null, "A text in the request has the character U+0000, which no table can hold: leave it out.")],
            _ when IsDiskFull(exception.GetBaseException()) => NoRoom(httpContext, exception),
            _ => Unforeseen(httpContext, exception),
        };
        await Problem.Of(faults).Write(httpContext);
        return true;
    }

    /// <summary>Of the database, or of the file that an upload waits in.</summary>
    private static bool IsDiskFull(Exception exception) =>
        exception is SqliteException { SqliteErrorCode: raw.SQLITE_FULL } or PostgresException { SqlState: PostgresErrorCodes.DiskFull }
        || (exception is IOException && exception.HResult == (OperatingSystem.IsWindows() ? DiskFullOnWindows : DiskFull));

    private IReadOnlyList<Fault> NoRoom(HttpContext http, Exception exception)
    {
        LogFailed(exception, http.Request.Method, http.Request.Path, http.TraceIdentifier);
        return [new("diskFull", null, "The service's disk is full, and nothing of this request was stored. Send it again once there is room; runs that wait then go on by themselves.")];
    }

    private IReadOnlyList<Fault> Unforeseen(HttpContext http, Exception exception)
    {
        LogFailed(exception, http.Request.Method, http.Request.Path, http.TraceIdentifier);
        return [new("internalError", null, $"The service failed at this request, through no fault of yours; its log has the reason, under {http.TraceIdentifier}.")];
    }

    [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed, request {Id}", EventName = "requestFailed")]
    private partial void LogFailed(Exception exception, string method, PathString path, string id);
}
