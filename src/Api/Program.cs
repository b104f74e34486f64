using Velodrome.Api.Comparison;
using Velodrome.Api.Dashboard;
using Velodrome.Api.Datasets;
using Velodrome.Api.Health;
using Velodrome.Api.Http;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Predictions;
using Velodrome.Api.Problems;
using Velodrome.Api.Runs;
using Velodrome.Api.Settings;
using Velodrome.Api.Startup;
using Velodrome.Api.Worker;

try
{
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions
    {
        Args = args,
        ContentRootPath = AppContext.BaseDirectory, // `dotnet run --project` keeps the caller's working directory
    });
    builder.Logging.SuppressDuplicateStartupErrors();
    builder.WebHost.UseStaticWebAssets(); // otherwise they are found only in Development and after publishing
    var settings = builder.AddSettings();
    settings.Role.LowerWorkerPriority();
    builder.Services.AddJson().AddProblems().AddOpenApi().AddHealth(settings);
    builder.Services.AddDatabase(settings).AddQueue(settings);
    builder.Services.AddDatasets().AddRuns().AddPredictions().AddComparison();

    var app = builder.Build();
    WarmUp.Start();
    app.UpgradeDatabase(settings);
    app.UseContentSecurity();
    app.UseProblems();
    app.MapHealth();
    app.MapHangfirePages(settings);
    if (settings.Role != Role.Worker)
    {
        app.UseWhen(http => !http.Request.Path.StartsWithSegments("/api"), pages => pages.UseDashboard().UseSwaggerPages());
        var api = app.MapGroup("/api/v1").ValidateRequests();
        api.MapDatasets();
        api.MapRuns();
        api.MapPredictions();
        api.MapModels();
        api.MapComparison();
        await app.PrepareDatasets(settings);
    }

    app.LogAddressesOnceStarted(settings);
    app.Run();
    return 0;
}
catch (Exception failure) when (StartFailure.Describe(failure) is { } sentence)
{
    Console.Error.WriteLine(sentence);
    return 1;
}
