using Velodrome.Api.Datasets;
using Velodrome.Data.Runs;
using Velodrome.Training.Runs;

namespace Velodrome.Api.Runs;

/// <summary>Reads the tables that a run is trained, validated and tested on.</summary>
internal sealed class RunTableReader(TableCache datasets)
{
    public RunTables Read(RunDatasets ids) => new(
        datasets.Read(ids.Dataset),
        ids.Validation is { } validation ? datasets.Read(validation) : null,
        ids.Test is { } test ? datasets.Read(test) : null);
}
