using System.Net;
using Velodrome.Api.Tests.Datasets;

namespace Velodrome.Api.Tests.Runs;

public sealed class DeletedDatasetTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    /// <summary>Whichever comes first wins, and the other is told why.</summary>
    [Fact]
    public async Task A_dataset_may_be_deleted_while_a_run_on_it_is_posted()
    {
        for (var number = 0; number < 40; number++)
        {
            var name = $"short-lived-{number}";
            await _http.PostCsv(name, "a,b\n" + string.Concat(Enumerable.Range(0, 50).Select(row => $"{row},{2 * row}\n")));
            var request = $$"""
                { "dataset": "{{name}}", "target": "b", "validation": { "split": "random" }, "training": { "epochs": 1 } }
                """;

            var (post, delete) = (Task.Run(() => _http.Post("/api/v1/runs", request)),
                Task.Run(() => _http.DeleteAsync($"/api/v1/datasets/{name}")));

            if ((await post).StatusCode == HttpStatusCode.Accepted)
            {
                Assert.Equal("datasetInUse", (await Refused.Read(await delete, HttpStatusCode.Conflict)).Code);
            }
            else
            {
                Assert.Equal("unknownDataset", (await Refused.Read(await post, HttpStatusCode.BadRequest)).Code);
                Assert.Equal(HttpStatusCode.NoContent, (await delete).StatusCode);
            }
        }
    }
}
