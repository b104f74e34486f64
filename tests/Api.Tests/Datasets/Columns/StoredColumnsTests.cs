using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Velodrome.Api.Datasets;
using Velodrome.Api.Datasets.Columns;
using Velodrome.Api.Tests.Datasets.Versions;
using Velodrome.Data;
using Velodrome.Data.Datasets;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Tests.Datasets.Columns;

/// <summary>A dataset with two versions, whose columns are stored in two chunks and in one more.</summary>
public sealed class StoredColumnsTests : IClassFixture<VelodromeApp>, IAsyncLifetime
{
    private const int Rows = ColumnChunk.Rows + 1_000;
    private const int AddedRows = 500;

    private readonly WebApplicationFactory<Program> _app;
    private readonly HttpClient _http;
    private string _name = "";

    /// <summary>Nothing is stored but by a test.</summary>
    public StoredColumnsTests(VelodromeApp app)
    {
        _app = app.WithWebHostBuilder(host => host.ConfigureTestServices(services =>
            services.Remove(services.Single(service => service.ImplementationType == typeof(ColumnConversion)))));
        _http = _app.CreateClient();
    }

    private ColumnStore Store => _app.Services.GetRequiredService<ColumnStore>();

    private StoredColumns Columns => _app.Services.GetRequiredService<StoredColumns>();

    private DatasetReader Reader => _app.Services.GetRequiredService<DatasetReader>();

    public async Task InitializeAsync()
    {
        _name = await _http.Upload(Csv(0, Rows, "red", "green"));
        await _http.AppendCsv(_name, Csv(Rows, AddedRows, "blue", "green")).Read(HttpStatusCode.Created);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task They_are_the_columns_of_the_csv()
    {
        var dataset = Version(2);
        var csv = Reader.Read(new(dataset.Id), default);
        Assert.Null(Columns.TryRead(dataset, columns: null, default));

        await Convert(dataset, csv);

        AssertSame(csv, Columns.TryRead(dataset, columns: null, default));
    }

    [Fact]
    public async Task Versions_share_them()
    {
        var (first, second) = (Version(1), Version(2));
        var csv = Reader.Read(new(first.Id), default);

        await Convert(second, Reader.Read(new(second.Id), default));

        AssertSame(csv, Columns.TryRead(first, columns: null, default));
        Assert.Equal(5 * 3, Count());
    }

    [Fact]
    public async Task Some_are_stored_and_read_without_the_others()
    {
        var dataset = Version(2);
        var columns = new ColumnSet("colour", "number");
        var csv = Reader.Read(new(dataset.Id, Columns: columns), default);
        Assert.Equal(["number", "colour"], csv.Columns.Select(column => column.Name));

        await Convert(dataset, csv);

        AssertSame(csv, Columns.TryRead(dataset, columns, default));
        Assert.Equal(["colour"], Columns.TryRead(dataset, new("colour"), default)!.Columns.Select(column => column.Name));
        Assert.Null(Columns.TryRead(dataset, new("colour", "day"), default));
        Assert.Equal(2 * 3, Count());
    }

    [Theory]
    [InlineData("""UPDATE "ColumnChunks" SET "Bytes" = x'00' WHERE "Column" = 0 AND "Number" = 1""")]
    [InlineData("""DELETE FROM "ColumnChunks" WHERE "Column" = 1 AND "Number" = 0""")]
    public async Task A_damaged_or_missing_chunk_is_replaced_from_the_csv(string damage)
    {
        var dataset = Version(2);
        var csv = Reader.Read(new(dataset.Id), default);
        await Convert(dataset, csv);
        await using (var database = Contexts().CreateDbContext())
        {
            await database.Database.ExecuteSqlRawAsync(damage);
        }

        Assert.Null(Columns.TryRead(dataset, columns: null, default));
        var read = Reader.Read(new(dataset.Id), default);
        AssertSame(csv, read);

        await Convert(dataset, read);
        AssertSame(csv, Columns.TryRead(dataset, columns: null, default));
    }

    /// <summary>A run whose table cannot be read because of the database goes on later. Any other failure ends it.</summary>
    [Fact]
    public async Task A_failure_of_the_database_is_told_from_others()
    {
        var dataset = Version(2);
        await Convert(dataset, Reader.Read(new(dataset.Id), default));
        await using var database = Contexts().CreateDbContext();
        await database.Database.ExecuteSqlRawAsync("""ALTER TABLE "ColumnChunks" RENAME COLUMN "Bytes" TO "Other" """);
        try
        {
            Assert.Throws<SqliteException>(() => Columns.TryRead(dataset, columns: null, default));
        }
        finally
        {
            await database.Database.ExecuteSqlRawAsync("""ALTER TABLE "ColumnChunks" RENAME COLUMN "Other" TO "Bytes" """);
        }
    }

    [Fact]
    public async Task A_dataset_that_was_deleted_gets_none()
    {
        var dataset = Version(2);
        var csv = Reader.Read(new(dataset.Id), default);
        await _http.DeleteAsync($"/api/v1/datasets/{_name}");

        await Convert(dataset, csv);

        Assert.Equal(0, Count());
        Assert.False(await Store.Store(new(dataset.Id, 0, 0, 0, 1), [1]));
    }

    /// <summary>Numbers, a boolean, dates and texts, each with missing values, and a column with more texts than are kept.</summary>
    private static string Csv(int from, int rows, string colour, string other)
    {
        var csv = new StringBuilder("number,flag,day,colour,text\n");
        for (var row = from; row < from + rows; row++)
        {
            var isMissing = row % 7 == 3;
            csv.Append(CultureInfo.InvariantCulture, $"{(isMissing ? "" : (row * 0.37 - 100).ToString(CultureInfo.InvariantCulture))},")
                .Append(isMissing ? "," : row % 2 == 0 ? "yes," : "no,")
                .Append(CultureInfo.InvariantCulture, $"{(isMissing ? "" : $"2024-{1 + row % 12:D2}-{1 + row % 28:D2}")},")
                .Append(isMissing ? "," : row % 1_000 == 999 ? $"{other}," : $"{colour},")
                .Append(CultureInfo.InvariantCulture, $"t{row % 12_000}\n");
        }

        return csv.ToString();
    }

    private static void AssertSame(Table expected, Table? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(
            expected.Columns.Select(column => (column.Name, column.Kind)), actual.Columns.Select(column => (column.Name, column.Kind)));
        foreach (var (first, second) in expected.Columns.Zip(actual.Columns))
        {
            if (first is CategoryColumn texts)
            {
                var others = (CategoryColumn)second;
                Assert.Equal(texts.Codes, others.Codes);
                Assert.Equal(texts.Levels, others.Levels);
                Assert.Equal(texts.Distinct, others.Distinct);
            }
            else
            {
                Assert.Equal(((NumberColumn)first).Values, ((NumberColumn)second).Values);
            }
        }
    }

    /// <summary>As the service does it in the background, without the delay.</summary>
    private Task Convert(Dataset dataset, Table table) =>
        ActivatorUtilities.CreateInstance<ColumnConversion>(_app.Services).Convert(dataset, table, default);

    private Dataset Version(int number)
    {
        using var database = Contexts().CreateDbContext();
        return database.Datasets.AsNoTracking().Single(dataset => dataset.Name == _name && dataset.Version == number);
    }

    /// <summary>Chunks of the dataset's columns.</summary>
    private int Count()
    {
        using var database = Contexts().CreateDbContext();
        return database.ColumnChunks.Count(chunk =>
            database.Datasets.Any(dataset => dataset.Id == chunk.DatasetId && dataset.Name == _name));
    }

    private IDbContextFactory<TrainingDbContext> Contexts() => _app.Services.GetRequiredService<IDbContextFactory<TrainingDbContext>>();
}
