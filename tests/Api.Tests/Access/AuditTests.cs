using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Velodrome.Api.Access;
using Velodrome.Data.Access;

namespace Velodrome.Api.Tests.Access;

public sealed class AuditTests : IDisposable
{
    private const string Run = """
        { "dataset": "study-hours", "target": "score", "validation": { "split": "last" }, "training": { "epochs": 1 } }
        """;

    private readonly VelodromeApp _app = new();
    private readonly AuditEvents _events = new();
    private readonly WebApplicationFactory<Program> _logged;
    private readonly HttpClient _http;

    public AuditTests()
    {
        _logged = _app.WithWebHostBuilder(host => host.ConfigureTestServices(services => services.AddSingleton<ILoggerProvider>(_events)));
        _http = _logged.CreateClient();
    }

    [Fact]
    public async Task Each_write_is_logged_with_its_caller_and_result()
    {
        await Post("/api/v1/datasets?name=mine&options=%7B%7D", "a,b\n1,2\n", "text/csv");
        await Post("/api/v1/runs", Run, "application/json");
        await _http.DeleteAsync("/api/v1/runs/99");
        await Post("/api/v1/nowhere%0aforged", "", "text/plain");

        Assert.Equal(
        [
            "anonymous POST /api/v1/datasets 201 mine",
            "anonymous POST /api/v1/runs 202 1",
            "anonymous DELETE /api/v1/runs/99 404 ",
            "anonymous POST /api/v1/nowhere%0Aforged 404 ",
        ], _events.All);
    }

    [Fact]
    public async Task Refused_writes_are_logged_with_the_name_of_the_key()
    {
        var store = _logged.Services.GetRequiredService<ApiKeyStore>();
        await store.Add("ann", KeyRole.Admin);
        var (_, key) = await store.Add("bob", KeyRole.Read);
        _logged.Services.GetRequiredService<ActiveKeys>().Changed();

        await Post("/api/v1/runs", Run, "application/json");
        await _http.PostAsJsonAsync("/api/v1/session", new { key = "vd_wrong" });
        await _http.PostAsJsonAsync("/api/v1/session", new { key });
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        await Post("/api/v1/runs", Run, "application/json");

        Assert.Equal(
        [
            "anonymous POST /api/v1/runs 401 ",
            "anonymous POST /api/v1/session 401 ",
            "bob POST /api/v1/session 200 ",
            "bob POST /api/v1/runs 403 ",
        ], _events.All);
    }

    [Fact]
    public async Task What_changes_nothing_is_not_logged()
    {
        await _http.GetAsync("/api/v1/runs");
        await _http.PostAsJsonAsync("/api/v1/runs/9/predictions", new { rows = Array.Empty<object>() });
        await Post("/hangfire/stats", "", "application/x-www-form-urlencoded");

        Assert.Empty(_events.All);
    }

    public void Dispose()
    {
        _logged.Dispose();
        _app.Dispose();
        _events.Dispose();
    }

    private async Task Post(string path, string body, string type)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, type);
        using var response = await _http.PostAsync(path, content);
    }

    /// <summary>The events of the audit's category.</summary>
    private sealed class AuditEvents : ILoggerProvider
    {
        private readonly ConcurrentQueue<string> _events = [];

        public IReadOnlyList<string> All => [.. _events];

        public ILogger CreateLogger(string categoryName) => new Log(categoryName == "Velodrome.Audit" ? _events : []);

        public void Dispose()
        {
        }

        private sealed class Log(ConcurrentQueue<string> events) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            void ILogger.Log<TState>(
                LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                var values = ((IEnumerable<KeyValuePair<string, object?>>)state!).ToDictionary(value => value.Key, value => value.Value);
                if (eventId.Name == "write")
                {
                    Assert.True(values.ContainsKey("Address"));
                    events.Enqueue($"{values["Key"]} {values["Method"]} {values["Path"]} {values["Status"]} {values["Id"]}");
                }
            }
        }
    }
}
