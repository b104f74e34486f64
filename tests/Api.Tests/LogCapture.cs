using System.Collections.Concurrent;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Velodrome.Api.Tests;

/// <summary>Collects log entries that have an event name.</summary>
internal sealed class LogCapture : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<Entry> _entries = [];

    public IReadOnlyList<Entry> Named(string eventName) => [.. _entries.Where(entry => entry.Event == eventName)];

    /// <summary>Waits until the event has been logged.</summary>
    public async Task<Entry> WaitFor(string eventName)
    {
        await Wait.Until(
            () => Named(eventName).Count > 0, () => $"{eventName} was not logged. The log is: {string.Join('\n', _entries)}");
        return Named(eventName)[0];
    }

    /// <summary>The service, with its log captured here.</summary>
    public WebApplicationFactory<Program> Attach(WebApplicationFactory<Program> app) => app.WithWebHostBuilder(host =>
        host.ConfigureTestServices(services => services.AddSingleton<ILoggerProvider>(this)));

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Name is { } name)
        {
            _entries.Enqueue(new(name, logLevel, formatter(state, exception), exception));
        }
    }

    public void Dispose()
    {
    }

    public sealed record Entry(string Event, LogLevel Level, string Message, Exception? Exception);
}
