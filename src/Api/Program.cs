using Velodrome.Api.Access;
using Velodrome.Api.Commands;
using Velodrome.Api.Comparison;
using Velodrome.Api.Dashboard;
using Velodrome.Api.Datasets;
using Velodrome.Api.Datasets.Imports;
using Velodrome.Api.Drift;
using Velodrome.Api.Health;
using Velodrome.Api.Http;
using Velodrome.Api.Memory;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Predictions;
using Velodrome.Api.Problems;
using Velodrome.Api.Quotas;
using Velodrome.Api.Runs;
using Velodrome.Api.Security;
using Velodrome.Api.Settings;
using Velodrome.Api.Startup;
using Velodrome.Api.Worker;

try
{
    if (CommandLine.IsCommand(args))
    {
        return CommandLine.Run(args);
    }

    var builder = ServiceBuilder.Create(args);
    builder.RefuseUnknownSettings(args);
    builder.Logging.SuppressDuplicateStartupErrors();
    builder.WebHost.UseStaticWebAssets(); // otherwise they are found only in Development and after publishing
    builder.UseDefaultAddress();
    var settings = builder.AddSettings();
    settings.Role.LowerWorkerPriority();
    builder.Services.AddSecurity(settings);
    builder.Services.AddJson().AddProblems().AddOpenApi().AddHealth(settings);
    builder.Services.AddDatabase(settings).AddQueue(settings);
    builder.Services.AddAccess().AddQuotas(settings);
    builder.Services.AddMemory(settings);
    builder.Services.AddDatasets().AddRuns().AddPredictions().AddComparison().AddDrift();

    var app = builder.Build();
    WarmUp.Start();
    app.DeleteLeftoverDiagnosticFiles();
    app.UpgradeDatabase(settings);
    await app.PrepareAccess(settings);
    app.UseSecurity(settings);
    app.UseHeadRequests();
    app.UseProblems();
    app.UseRequestFormat();
    if (settings.Role != Role.Worker)
    {
        app.UseWhen(http => !http.Request.Path.StartsWithSegments("/api"), pages => pages.UseDashboard().UseSwaggerPages());
    }

    app.UseRouting(); // here, and not first as by default, because the steps before it change the path or refuse the request
    app.UseCors();
    app.UseAccess();
    app.UseRateLimiter(); // after authentication: it tells callers apart by their keys
    app.UseBufferedBodies(settings);
    app.MapHealth();
    app.MapHangfirePages(settings);
    if (settings.Role != Role.Worker)
    {
        var api = app.MapGroup("/api/v1").RefuseUnknownParameters().ValidateRequests().RequireRoles();
        api.MapSession();
        api.MapKeys();
        api.MapDatasets();
        api.MapImports();
        api.MapRuns();
        api.MapPredictions();
        api.MapModels();
        api.MapComparison();
        api.MapDrift();
        await app.PrepareDatasets(settings);
    }

    app.LogAddressesOnceStarted(settings);
    app.WarnOnceStarted(settings);
    app.Run();
    return 0;
}
catch (Exception failure) when (StartFailure.Describe(failure) is { } sentence)
{
    Console.Error.WriteLine(sentence);
    return 1;
}
