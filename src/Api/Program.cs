using Microsoft.Extensions.Options;
using Velodrome.Api.Comparison;
using Velodrome.Api.Datasets;
using Velodrome.Api.Http;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Predictions;
using Velodrome.Api.Problems;
using Velodrome.Api.Queue;
using Velodrome.Api.Runs;
using Velodrome.Api.Settings;
using Velodrome.Api.Startup;
using Velodrome.Data;

try
{
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions
    {
        Args = args,
        ContentRootPath = AppContext.BaseDirectory, // with `dotnet run --project` the working directory is elsewhere
    });
    builder.Logging.TellStartFailuresOnce();
    builder.Services.AddSettings().AddJson().AddProblems().AddOpenApi();
    builder.Services.AddTrainingDatabase(services => services.GetRequiredService<IOptions<VelodromeSettings>>().Value.DataFolder);
    builder.Services.AddQueue().AddDatasets().AddRuns().AddPredictions().AddComparison();

    var app = builder.Build();
    app.UseProblems();
    app.UseSwaggerPages();

    var api = app.MapGroup("/api/v1").ValidateRequests();
    api.MapDatasets();
    api.MapRuns();
    api.MapPredictions();
    api.MapComparison();

    app.UpgradeDatabase();
    await app.Services.GetRequiredService<BundledDatasets>().Import();
    app.AnnounceOnceStarted();
    app.Run();
    return 0;
}
catch (Exception failure) when (StartFailure.Sentence(failure) is { } sentence)
{
    Console.Error.WriteLine(sentence);
    return 1;
}
