using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Npgsql;
using Velodrome.Data.Start;

namespace Velodrome.Api.Startup;

/// <summary>What keeps the service from starting and is not its own fault, in one sentence for whoever starts it.</summary>
internal static class StartFailure
{
    private const string Host = "Microsoft.Extensions.Hosting.Internal.Host";

    /// <summary>Null for a failure that deserves its stack trace.</summary>
    public static string? Sentence(Exception failure) => failure switch
    {
        DataFolderException => failure.Message,
        NpgsqlException refused => $"The database can't be used ({refused.Message.TrimEnd('.')}): check ConnectionStrings:Database, and that the server runs.",
        OptionsValidationException wrong => $"A setting is wrong: {string.Join(" ", wrong.Failures)}",
        InvalidOperationException { InnerException: ArgumentException or FormatException } => $"A setting is wrong: {failure.Message}", // from the configuration binder
        FormatException => $"A setting is wrong: {failure.Message}", // from --urls
        IOException or SocketException => $"The service can't listen ({failure.Message.TrimEnd('.')}): give it another address with --urls.",
        _ => null,
    };

    /// <summary>The host logs a failure to start with its stack trace and then throws it, to be told here. Once started it logs as ever.</summary>
    public static void TellStartFailuresOnce(this ILoggingBuilder logging) => logging.Services
        .AddOptions<LoggerFilterOptions>()
        .Configure<IServiceProvider>((options, services) => options.AddFilter(Host, level => level >= LogLevel.Warning &&
            services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.IsCancellationRequested));
}
