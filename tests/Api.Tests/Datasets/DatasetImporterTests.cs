using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Velodrome.Api.Datasets;
using Velodrome.Api.Memory;
using Velodrome.Data;

namespace Velodrome.Api.Tests.Datasets;

public sealed class DatasetImporterTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private static readonly byte[] Csv =
        Encoding.UTF8.GetBytes("x,y\n" + string.Concat(Enumerable.Range(0, 300_000).Select(row => $"{row},{row % 7}\n")));

    /// <summary>The import reads the CSV five times: for its hash, its dialect, its kinds, its profile, and to store it.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task An_import_is_cancelled_in_any_of_its_passes_and_leaves_nothing(int pass)
    {
        using var cancellation = new CancellationTokenSource();
        var csv = new CancellingStream(Csv, pass, cancellation);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => app.Services.GetRequiredService<DatasetImporter>().Import(
                "cancelled", csv, ReadingSettings.Detect, owner: null, cancellation.Token));

        Assert.True(csv.Position < csv.Length);
        await using var database = app.Services.GetRequiredService<IDbContextFactory<TrainingDbContext>>().CreateDbContext();
        Assert.False(await database.Datasets.IgnoreQueryFilters().AnyAsync(dataset => dataset.Name == "cancelled"));
    }

    [Fact]
    public async Task A_run_after_the_import_reads_nothing_again()
    {
        var (importer, tables) = (app.Services.GetRequiredService<DatasetImporter>(), app.Services.GetRequiredService<TableCache>());
        var (dataset, _) = await importer.Import("kept", new MemoryStream(Csv), ReadingSettings.Detect, owner: null, default);
        await using var database = app.Services.GetRequiredService<IDbContextFactory<TrainingDbContext>>().CreateDbContext();
        await database.DatasetChunks.Where(chunk => chunk.DatasetId == dataset.Id).ExecuteDeleteAsync();

        using var lease = await tables.Lease(new(dataset.Id), run: null, default);

        Assert.Equal("299999", lease.Table.Columns[0].TextAt(299_999));
        Assert.Equal(lease.Table.Bytes, app.Services.GetRequiredService<MemoryBudget>().Used);
    }

    /// <summary>Cancels on the first read after it has been rewound <paramref name="pass"/> times.</summary>
    private sealed class CancellingStream(byte[] csv, int pass, CancellationTokenSource cancellation) : MemoryStream(csv)
    {
        private int _passes;

        public override long Position
        {
            get => base.Position;
            set
            {
                _passes += value == 0 ? 1 : 0;
                base.Position = value;
            }
        }

        public override int Read(byte[] buffer, int offset, int count) // MemoryStream calls it for Read(Span<byte>) in derived classes
        {
            CancelIfDue();
            return base.Read(buffer, offset, count);
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            CancelIfDue();
            return base.ReadAsync(buffer, cancellationToken);
        }

        private void CancelIfDue()
        {
            if (_passes == pass)
            {
                cancellation.Cancel();
            }
        }
    }
}
