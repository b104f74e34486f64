using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Npgsql;
using Velodrome.Data.Start;

namespace Velodrome.Api.Startup;

/// <summary>What keeps the service from starting and is not its own fault, in one sentence for whoever starts it.</summary>
internal static class StartFailure
{
    private static readonly string[] Loggers = ["Microsoft.Extensions.Hosting.Internal.Host", "Microsoft.EntityFrameworkCore.Database.Connection"];

    /// <summary>Null for a failure that deserves its stack trace.</summary>
    public static string? Describe(Exception failure) => failure switch
    {
        DataFolderException => failure.Message,
        PostgresException refused => $"The database can't be used ({refused.MessageText.TrimEnd('.')}): check ConnectionStrings:Database.",
        NpgsqlException => $"The database can't be reached ({failure.Message.TrimEnd('.')}): check ConnectionStrings:Database, and that the server runs.",
        OptionsValidationException wrong => $"A setting is wrong: {string.Join(" ", wrong.Failures)}",
        InvalidOperationException { InnerException: ArgumentException or FormatException } => $"A setting is wrong: {failure.Message}", // from the configuration binder
        FormatException => $"A setting is wrong: {failure.Message}", // from --urls
        IOException or SocketException => $"The service can't listen ({failure.Message.TrimEnd('.')}): give it another address with --urls.",
        _ => null,
    };

    /// <summary>Host and database log a failure to start with its stack trace and then throw it, to be told here. Once started they log as ever.</summary>
    public static void SuppressDuplicateStartupErrors(this ILoggingBuilder logging) => logging.Services
        .AddOptions<LoggerFilterOptions>()
        .Configure<IServiceProvider>((options, services) => Array.ForEach(Loggers, logger => options.AddFilter(logger, level => level >= LogLevel.Warning &&
            services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.IsCancellationRequested)));
}
