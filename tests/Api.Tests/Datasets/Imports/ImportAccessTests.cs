using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Velodrome.Api.Tests.Access;
using Velodrome.Api.Tests.Runs;

namespace Velodrome.Api.Tests.Datasets.Imports;

public sealed class ImportAccessTests(KeyedApp app) : IClassFixture<KeyedApp>
{
    [Fact]
    public async Task An_import_is_found_by_its_key_and_by_an_administrator()
    {
        var (admin, write, read) = (app.ClientOf("admin"), app.ClientOf("write"), app.ClientOf("read"));
        var mine = (await (await write.PostPreferring("respond-async", "name=mine", "x,y\n1,2\n2,4\n")).Accepted()).Id();
        var theirs = (await (await admin.PostPreferring("respond-async", "name=theirs", "x,y\n1,2\n2,4\n")).Accepted()).Id();

        Assert.Equal("write", (await write.ImportEnded(mine)).Text("createdBy"));
        await admin.ImportEnded(theirs);

        await AssertNotFound(await write.GetAsync($"/api/v1/imports/{theirs}"));
        await AssertNotFound(await write.PostAsync($"/api/v1/imports/{theirs}/cancel", null));
        await AssertNotFound(await read.GetAsync($"/api/v1/imports/{mine}"));
        Assert.Equal([mine], await List(write));
        Assert.Empty(await List(read));
        Assert.Equal([theirs, mine], await List(admin));
        Assert.Equal("succeeded", (await admin.GetImport(mine)).Text("status"));
    }

    private static async Task AssertNotFound(HttpResponseMessage response) =>
        Assert.Equal("importNotFound", (await Refused.Read(response, HttpStatusCode.NotFound)).Code);

    private static async Task<long[]> List(HttpClient http)
    {
        var page = await http.GetFromJsonAsync<JsonElement>("/api/v1/imports");
        return [.. page.GetProperty("items").EnumerateArray().Select(import => import.Id())];
    }
}
