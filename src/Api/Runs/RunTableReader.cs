using Velodrome.Api.Datasets;
using Velodrome.Api.Memory;
using Velodrome.Data;
using Velodrome.Data.Runs;
using Velodrome.Training.Runs;

namespace Velodrome.Api.Runs;

/// <summary>Reads the tables that a run is trained, validated and tested on.</summary>
internal sealed class RunTableReader(TableCache datasets, DatasetReader reader, MemoryBudget memory)
{
    /// <summary>Waits for the tables of a stored run, and for the memory to make its plan again.</summary>
    public async Task<RunTablesLease> LeaseForRequest(Run run, TrainingDbContext database, CancellationToken cancellationToken)
    {
        var ids = RunDatasets.Of(run);
        return await LeaseForRequest(
            ids, ColumnsOf(run.Spec), await PlanMemory.Of(database, ids, run.Spec, cancellationToken), cancellationToken);
    }

    /// <summary>Waits for the tables, and for the memory to make a plan from them.</summary>
    /// <param name="ids">The datasets.</param>
    /// <param name="columns">The columns that the plan reads.</param>
    /// <param name="needs">The memory that a plan needs.</param>
    /// <param name="cancellationToken">Ends the wait, and reads that no other caller waits for.</param>
    public async Task<RunTablesLease> LeaseForRequest(
        RunDatasets ids, ColumnSet columns, PlanMemory needs, CancellationToken cancellationToken)
    {
        var planning = await memory.ReserveForRequest(needs.Bytes, cancellationToken);
        try
        {
            return await Lease(ids, columns, run: null, planning, cancellationToken);
        }
        catch
        {
            planning.Dispose();
            throw;
        }
    }

    /// <summary>Waits for the tables of a run that is to be trained.</summary>
    /// <param name="ids">The datasets.</param>
    /// <param name="spec">The run's spec.</param>
    /// <param name="run">The run's reservation, which then includes the tables.</param>
    /// <param name="cancellationToken">Ends the wait, and reads that no other caller waits for.</param>
    public Task<RunTablesLease> LeaseForRun(
        RunDatasets ids, RunSpec spec, MemoryReservation run, CancellationToken cancellationToken) =>
        Lease(ids, ColumnsOf(spec), run, planning: null, cancellationToken);

    private static ColumnSet ColumnsOf(RunSpec spec) =>
        ColumnSet.OfRun(spec.Features, spec.Target, spec.WeightColumn, spec.Validation, spec.Test);

    private async Task<RunTablesLease> Lease(
        RunDatasets ids, ColumnSet columns, MemoryReservation? run, MemoryReservation? planning, CancellationToken cancellationToken)
    {
        var leases = new Dictionary<long, TableLease>();
        try
        {
            foreach (var id in new[] { ids.Dataset, ids.Validation, ids.Test }.OfType<long>().Distinct())
            {
                var key = id == ids.Dataset ? new TableKey(id, Columns: columns)
                    : await reader.KeyBeside(id, ids.Dataset, columns, cancellationToken);
                leases[id] = await datasets.Lease(key, run, cancellationToken);
            }
        }
        catch
        {
            foreach (var lease in leases.Values)
            {
                lease.Dispose();
            }

            throw;
        }

        var tables = new RunTables(
            leases[ids.Dataset].Table,
            ids.Validation is { } validation ? leases[validation].Table : null,
            ids.Test is { } test ? leases[test].Table : null);
        return new(tables, [.. leases.Values], planning);
    }
}

/// <summary>Tables that stay in memory until the lease is disposed.</summary>
/// <param name="tables">The tables.</param>
/// <param name="leases">Keep them.</param>
/// <param name="planning">The memory for work on them.</param>
internal sealed class RunTablesLease(RunTables tables, IReadOnlyList<TableLease> leases, MemoryReservation? planning) : IDisposable
{
    public RunTables Tables => tables;

    /// <summary>Does the work for which the memory is reserved.</summary>
    public Task<T> Work<T>(Func<RunTables, T> work, CancellationToken cancellationToken) =>
        LargeWork.Run(planning?.Bytes ?? 0, () => work(tables), cancellationToken);

    public void Dispose()
    {
        foreach (var lease in leases)
        {
            lease.Dispose();
        }

        planning?.Dispose();
    }
}
