using Microsoft.AspNetCore.Http.HttpResults;
using Velodrome.Api.Access;
using Velodrome.Api.Http;
using Velodrome.Api.Quotas;
using Velodrome.Data.Datasets;
using Velodrome.Data.Datasets.Imports;

namespace Velodrome.Api.Datasets.Imports;

/// <summary>Imports files while their callers wait, or in the background if they send <c>Prefer: respond-async</c>.</summary>
internal sealed class FileImports(
    DatasetUpload upload, DatasetImporter importer, QuotaChecks quotas, BackgroundImports background, ImportStore store, TimeProvider time)
{
    /// <summary>Imports a file that was received.</summary>
    /// <param name="http">The request.</param>
    /// <param name="wait">How long the caller waits before the import goes on in the background; null if it does not.</param>
    /// <param name="file">Disposed.</param>
    /// <param name="cancellationToken">Cancelled when the caller disconnects. After the response, that does not end the import.</param>
    public Task<Results<Created<DatasetResponse>, Ok<DatasetResponse>, Accepted<ImportResponse>>> Import(
        HttpContext http, TimeSpan? wait, ReceivedFile file, CancellationToken cancellationToken)
    {
        var bytes = file.Content.Length;
        var state = new ImportState(ImportStatus.Reading, file.Name, bytes, bytes, Rows: 0, Fraction: null);
        return Import(http, wait, state, (_, _) => Task.FromResult(file), cancellationToken, file.Content);
    }

    /// <summary>Imports a file that is received as part of the import.</summary>
    /// <param name="http">The request.</param>
    /// <param name="wait">How long the caller waits before the import goes on in the background; null if it does not.</param>
    /// <param name="state">How far the import is.</param>
    /// <param name="receive">Receives the file.</param>
    /// <param name="cancellationToken">Cancelled when the caller disconnects. After the response, that does not end the import.</param>
    /// <param name="input">What is disposed if the import cannot start.</param>
    public async Task<Results<Created<DatasetResponse>, Ok<DatasetResponse>, Accepted<ImportResponse>>> Import(
        HttpContext http, TimeSpan? wait, ImportState state, Func<ImportProgress?, CancellationToken, Task<ReceivedFile>> receive,
        CancellationToken cancellationToken, IAsyncDisposable? input = null)
    {
        var owner = http.CallerKey();
        return wait is null
            ? Answer(await Store(null, cancellationToken))
            : await Answer(http, await background.Start(http, state, Store, input), wait.Value, cancellationToken);

        async Task<ImportedDataset> Store(ImportProgress? progress, CancellationToken cancellation) =>
            await this.Store(await receive(progress, cancellation), owner, progress, cancellation);
    }

    /// <summary>Checks everything, and stores nothing.</summary>
    /// <param name="file">Disposed.</param>
    /// <param name="owner">The name of the caller's API key; null for none.</param>
    /// <param name="cancellationToken">Stops at the next row.</param>
    public async Task<Dataset> Check(ReceivedFile file, string? owner, CancellationToken cancellationToken)
    {
        var received = await upload.Convert(file, cancellationToken);
        await using (received.Table)
        {
            await quotas.CheckDataset(received.Name, received.Table.Csv.Length, owner, cancellationToken);
            return await importer.TryImport(received.Name, received.Table.Csv, received.Settings, owner, cancellationToken);
        }
    }

    private async Task<ImportedDataset> Store(
        ReceivedFile file, string? owner, ImportProgress? progress, CancellationToken cancellationToken)
    {
        progress?.Read(file);
        var received = await upload.Convert(file, cancellationToken);
        await using (received.Table)
        {
            var csv = received.Table.Csv;
            progress?.Read(csv);
            await quotas.CheckDataset(received.Name, csv.Length, owner, cancellationToken);
            var (dataset, isNew) = await importer.Import(received.Name, csv, received.Settings, owner, cancellationToken, progress);
            return new(dataset, isNew);
        }
    }

    private async Task<Results<Created<DatasetResponse>, Ok<DatasetResponse>, Accepted<ImportResponse>>> Answer(
        HttpContext http, StartedImport started, TimeSpan wait, CancellationToken cancellationToken)
    {
        if (wait > TimeSpan.Zero)
        {
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(started.End, Task.Delay(wait, time, ends.Token));
            await ends.CancelAsync();
            if (cancellationToken.IsCancellationRequested)
            {
                await background.Cancel(started.Import.Id); // the caller has left without the id, and could not do it
            }

            if (started.End is { IsCompleted: true, IsCanceled: false })
            {
                return Answer(await started.End);
            }
        }

        var import = await store.Find(started.Import.Id, cancellationToken);
        http.Response.ApplyRespondAsync();
        return TypedResults.Accepted(ImportLinks.PathOf(import.Id), ImportResponse.From(import));
    }

    private static Results<Created<DatasetResponse>, Ok<DatasetResponse>, Accepted<ImportResponse>> Answer(ImportedDataset imported)
    {
        var response = DatasetResponse.From(imported.Dataset);
        return imported.IsNew
            ? TypedResults.Created($"/api/v1/datasets/{Uri.EscapeDataString(response.Name)}", response)
            : TypedResults.Ok(response);
    }
}
