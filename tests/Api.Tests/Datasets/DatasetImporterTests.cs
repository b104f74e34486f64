using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Velodrome.Api.Datasets;
using Velodrome.Data;

namespace Velodrome.Api.Tests.Datasets;

public sealed class DatasetImporterTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private static readonly byte[] Csv =
        Encoding.UTF8.GetBytes("x,y\n" + string.Concat(Enumerable.Range(0, 300_000).Select(row => $"{row},{row % 7}\n")));

    /// <summary>The import reads the CSV five times: for its hash, its byte order mark, its kinds, its profile, and to store it.</summary>
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
            () => app.Services.GetRequiredService<DatasetImporter>().Import("cancelled", csv, cancellation.Token));

        Assert.True(csv.Position < csv.Length);
        await using var database = app.Services.GetRequiredService<IDbContextFactory<TrainingDbContext>>().CreateDbContext();
        Assert.False(await database.Datasets.IgnoreQueryFilters().AnyAsync(dataset => dataset.Name == "cancelled"));
    }

    /// <summary>Cancels at the first read after it was rewound as often as <paramref name="pass"/> says.</summary>
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

        public override int Read(byte[] buffer, int offset, int count) // of a span too: a derived class has it copied through here
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
