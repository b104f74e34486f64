using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Velodrome.Api.Predictions;

namespace Velodrome.Bench.Service;

/// <summary>An endpoint that parses a prediction request and returns a constant: the cost of HTTP and JSON alone.</summary>
internal sealed class ConstantEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ConstantEndpoint(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    public static async Task<ConstantEndpoint> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var response = new PredictionResponse(1, 50, null, null, [new(99.2, new(92.1, 106.3, 0.9), null, null, null, [])]);
        app.MapPost("/constant", (PredictionRequest request) => request.Rows.Count == 1 ? Results.Ok(response) : Results.BadRequest());
        await app.StartAsync();
        return new(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
