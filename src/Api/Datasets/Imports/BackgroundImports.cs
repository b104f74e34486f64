using System.Collections.Concurrent;
using Velodrome.Api.Access;
using Velodrome.Api.Problems;
using Velodrome.Api.Quotas;
using Velodrome.Data.Datasets;
using Velodrome.Data.Datasets.Imports;
using Velodrome.Training;

namespace Velodrome.Api.Datasets.Imports;

/// <summary>A dataset that was imported.</summary>
/// <param name="Dataset">The stored dataset.</param>
/// <param name="IsNew">False if the same table was stored before.</param>
internal sealed record ImportedDataset(Dataset Dataset, bool IsNew);

/// <summary>An import in the background.</summary>
/// <param name="Import">Its row as it was added.</param>
/// <param name="End">Ends with it; fails if it fails or is cancelled.</param>
internal sealed record StartedImport(DatasetImport Import, Task<ImportedDataset> End);

/// <summary>
/// Runs imports of this process that no request waits for. Each reports to its row how far it is, and ends when the row says that it was
/// cancelled. When the service stops, they are cancelled too.
/// </summary>
internal sealed partial class BackgroundImports(
    ImportStore store, ExceptionProblems problems, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<BackgroundImports> log)
    : IHostedService
{
    private readonly ConcurrentDictionary<long, Running> _running = [];

    /// <param name="http">The request, whose place among its caller's uploads the import keeps.</param>
    /// <param name="state">How far the import is.</param>
    /// <param name="work">Imports the file, and leaves nothing if that fails or is cancelled.</param>
    /// <param name="input">What is disposed if the import cannot start.</param>
    public async Task<StartedImport> Start(
        HttpContext http, ImportState state, Func<ImportProgress, CancellationToken, Task<ImportedDataset>> work, IAsyncDisposable? input)
    {
        var import = await Add(http.CallerKey(), state, input);
        var progress = new ImportProgress(state, (database, now, dataset) => store.Complete(database, import.Id, now, dataset));
        var (cancellation, request) = (new CancellationTokenSource(), FailedRequest.Of(http));
        var place = http.Features.Get<UploadPlace>()!.Keep();
        var end = Task.Run(() => Run(import.Id, progress, work, request, place, cancellation));
        _running[import.Id] = new(end, cancellation);
        _ = end.ContinueWith(ended => _running.TryRemove(import.Id, out _) && ended.Exception is null, TaskScheduler.Default);
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            await cancellation.CancelAsync();
        }

        return new(import, end);
    }

    /// <summary>Cancels an import, whichever process runs it. It does nothing if the import has ended.</summary>
    public async Task Cancel(long id)
    {
        await store.Cancel(id);
        if (_running.TryGetValue(id, out var running))
        {
            await running.Cancellation.CancelAsync(); // the next report would do it too
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStopping.Register(() =>
        {
            foreach (var running in _running.Values)
            {
                running.Cancellation.Cancel();
            }
        });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_running.Values.Select(running => running.End)).ContinueWith(_ => { }, TaskScheduler.Default)
            .WaitAsync(cancellationToken);

    private async Task<DatasetImport> Add(string? owner, ImportState state, IAsyncDisposable? input)
    {
        try
        {
            return await store.Add(owner, state);
        }
        catch
        {
            await (input?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw;
        }
    }

    private async Task<ImportedDataset> Run(
        long id, ImportProgress progress, Func<ImportProgress, CancellationToken, Task<ImportedDataset>> work, FailedRequest request,
        UploadPlace place, CancellationTokenSource cancellation)
    {
        using (place)
        {
            try
            {
                var working = Task.Run(() => work(progress, cancellation.Token));
                while (await Task.WhenAny(working, Task.Delay(ImportStore.ReportInterval, time)) != working)
                {
                    if (!await TryReport(id, progress))
                    {
                        await cancellation.CancelAsync();
                    }
                }

                var imported = await working;
                if (!imported.IsNew)
                {
                    await store.Succeed(id, progress.Current, imported.Dataset);
                }

                return imported;
            }
            catch (Exception failure)
            {
                await TryFail(id, progress, failure is OperationCanceledException
                    ? [ImportStore.Interrupted] // unless a request has cancelled it: then its row says so already
                    : problems.Explain(request, failure));
                throw;
            }
        }
    }

    private async Task<bool> TryReport(long id, ImportProgress progress)
    {
        try
        {
            return await store.Report(id, progress.Current);
        }
        catch (Exception failure)
        {
            LogReportFailed(id, failure.GetBaseException().Message); // the database may be back at the next report
            return true;
        }
    }

    private async Task TryFail(long id, ImportProgress progress, IReadOnlyList<Fault> errors)
    {
        try
        {
            await store.Fail(id, progress.Current, Problem.Of(errors).Errors);
        }
        catch (Exception failure)
        {
            LogReportFailed(id, failure.GetBaseException().Message); // a later request finds that it was interrupted
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "How far import {Id} is could not be stored: {Reason}", EventName = "importReportFailed")]
    private partial void LogReportFailed(long id, string reason);

    private sealed record Running(Task<ImportedDataset> End, CancellationTokenSource Cancellation);
}
