using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Velodrome.Api.Settings;
using Velodrome.Data;
using Velodrome.Data.Runs;
using Velodrome.Training;

namespace Velodrome.Api.Quotas;

/// <summary>
/// Refuses runs and datasets that would exceed the caller's quota or the largest size of the database. The check compares with what is
/// stored, so requests that arrive together may all pass it and exceed the quota together.
/// </summary>
internal sealed class QuotaChecks(IDbContextFactory<TrainingDbContext> contexts, IOptions<VelodromeSettings> settings)
{
    private const int Mebibyte = 1 << 20;

    private readonly QuotaSettings _quotas = settings.Value.Quotas;

    /// <param name="owner">The name of the caller's API key; null for callers without one, who share a quota.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <exception cref="RefusedException"><c>tooManyRequests</c>, <c>quotaExceeded</c>.</exception>
    public async Task CheckRun(string? owner, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var queued = await database.Runs.CountAsync(run => run.Status == RunStatus.Queued && run.Owner == owner, cancellationToken);
        if (queued >= _quotas.QueuedRuns)
        {
            throw new RefusedException("tooManyRequests", null,
                $"{queued} runs of {Describe(owner)} wait for a worker, which is the most that Quotas:QueuedRuns allows. " +
                "Start this one when some of them are trained, or cancel some.");
        }

        await CheckTotal(database, newBytes: 0, cancellationToken);
    }

    /// <param name="name">The dataset's name. If it is stored already, the upload adds nothing.</param>
    /// <param name="bytes">Length of its CSV.</param>
    /// <param name="owner">The name of the caller's API key; null for callers without one, who share a quota.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <exception cref="RefusedException"><c>quotaExceeded</c>.</exception>
    public async Task CheckDataset(string name, long bytes, string? owner, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        if (await database.Datasets.AnyAsync(dataset => dataset.Name == name, cancellationToken))
        {
            return;
        }

        var count = await database.Datasets.CountAsync(dataset => dataset.Owner == owner && dataset.Version == 1, cancellationToken);
        if (count >= _quotas.Datasets)
        {
            throw new RefusedException("quotaExceeded", null,
                $"{count} datasets of {Describe(owner)} are stored, which is the most that Quotas:Datasets allows. " +
                "Delete some with DELETE /api/v1/datasets/{name}.");
        }

        await CheckBytes(database, "This dataset has", bytes, owner, cancellationToken);
    }

    /// <param name="bytes">Bytes of rows that are to be appended to a dataset.</param>
    /// <param name="owner">The name of the caller's API key; null for callers without one, who share a quota.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <exception cref="RefusedException"><c>quotaExceeded</c>.</exception>
    public async Task CheckAppended(long bytes, string? owner, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        await CheckBytes(database, "These rows have", bytes, owner, cancellationToken);
    }

    private async Task CheckBytes(
        TrainingDbContext database, string subject, long bytes, string? owner, CancellationToken cancellationToken)
    {
        var stored = await database.Datasets.Where(dataset => dataset.Owner == owner)
            .SumAsync(dataset => dataset.Bytes - dataset.SharedBytes, cancellationToken);
        if (stored + bytes > (long)_quotas.DatasetMegabytes * Mebibyte)
        {
            throw new RefusedException("quotaExceeded", null,
                $"{subject} {InMebibytes(bytes)} MiB, and the datasets of {Describe(owner)} have {InMebibytes(stored)} MiB. " +
                $"Quotas:DatasetMegabytes allows {_quotas.DatasetMegabytes} MiB together. " +
                "Delete some with DELETE /api/v1/datasets/{name}.");
        }

        await CheckTotal(database, bytes, cancellationToken);
    }

    private async Task CheckTotal(TrainingDbContext database, long newBytes, CancellationToken cancellationToken)
    {
        if (_quotas.TotalMegabytes is not { } most)
        {
            return;
        }

        var used = await database.UsedBytes(cancellationToken);
        if (used + newBytes > (long)most * Mebibyte)
        {
            throw new RefusedException("quotaExceeded", null,
                $"The database has {InMebibytes(used)} MiB, and Quotas:TotalMegabytes allows {most} MiB. Delete runs or datasets first.");
        }
    }

    private static string Describe(string? owner) => owner is null ? "callers without an API key" : $"the API key '{owner}'";

    private static double InMebibytes(long bytes) => Math.Round((double)bytes / Mebibyte, 2);
}
