using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Velodrome.Api.Tests.Datasets.Formats;

namespace Velodrome.Api.Tests.Datasets.Versions;

/// <summary>Rows that are appended continue the file of the dataset, whatever its dialect is and in whatever form they are sent.</summary>
public sealed class AppendTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Fact]
    public async Task Appended_rows_make_a_new_version_and_the_one_before_stays()
    {
        var name = await _http.Upload("hours,score\n1,45\n2,55\n");

        using var response = await _http.AppendCsv(name, "score,hours\n62,3\n");
        var version = await response.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(
            (HttpStatusCode.Created, $"/api/v1/datasets/{name}?version=2"),
            (response.StatusCode, response.Headers.Location?.OriginalString));
        Assert.Equal((2, 3), (version.GetProperty("version").GetInt32(), version.GetProperty("rows").GetInt32()));
        Assert.Equal("hours,score\n1,45\n2,55\n3,62\n", await _http.GetStringAsync($"/api/v1/datasets/{name}/csv"));
        Assert.Equal("hours,score\n1,45\n2,55\n", await _http.GetStringAsync($"/api/v1/datasets/{name}/csv?version=1"));
        Assert.True(JsonElement.DeepEquals(version, await _http.GetFromJsonAsync<JsonElement>($"/api/v1/datasets/{name}")));
        Assert.Equal(2, (await _http.GetFromJsonAsync<JsonElement>($"/api/v1/datasets/{name}?version=1")).GetProperty("rows").GetInt32());
        Assert.Equal(2, (await _http.Rows(name, "?version=1")).GetArrayLength());
        Assert.Equal(3, (await _http.GetFromJsonAsync<JsonElement>($"/api/v1/datasets/{name}/json?version=2")).GetArrayLength());
    }

    [Theory]
    [InlineData("utf-8", "a,b\n1,x", "a,b\n2,y\n", "\n2,y\n")] // the file ends without a line break
    [InlineData("utf-8", "a,b\r\n1,x\r\n", "b,a\r\ny,2\r\n", "2,y\n")]
    [InlineData("utf-8", "a,b\r1,x\r3,z\r", "a,b\n2,y\n", "\n2,y\n")]
    [InlineData("utf-8", "a,b\n1,x\n\n\n", "a,b\n2,y\n", "2,y\n")] // blank lines are no rows
    [InlineData("utf-8", "a;b\n1,5;x\n2;z\n", "a;b\n2,5;y\n", "2,5;y\n")]
    [InlineData("utf-8", "a;b\n1,5;x\n2;z\n", "a,b\n\"2,5\",y;z\n", "2,5;\"y;z\"\n")]
    [InlineData("utf-8", "a;b\n1,5;x\n2;z\n", "[{\"a\":2.5,\"b\":\"y\"}]", "2,5;y\n")]
    [InlineData("utf-8", "a\tb\n1\tx\n", "a,b\n2,\"y \"\"q\"\"\tz\"\n", "2\t\"y \"\"q\"\"\tz\"\n")]
    [InlineData("utf-8", "a  b\n1    x\n 3 z \n", "a,b\n2,y z\n,\n", "2 \"y z\"\n\"\" \"\"\n")]
    [InlineData("utf-8", "a,b\n'x, y',1\n'z',2\n", "a,b\n\"it's, too\",3\n", "'it''s, too',3\n")]
    [InlineData("utf-8", "# by x\nb,a\nx,1\n# pause\ny,2\n", "b,a\n\"#z\",3\n", "\"#z\",3\n")]
    [InlineData("utf-8", "Sales\n\nday,amount\nMo,1\nTu,2\nWe,3\nTh,4\n", "amount,day\n5,Fr\n", "Fr,5\n")]
    [InlineData("utf-8", "5.1,x\n4.9,y\n6.2,x\n", "5.5,z\n4.4,x\n", "5.5,z\n4.4,x\n")] // neither has a header
    [InlineData("utf-8", ",a\n0,5\n1,7\n2,6\n", ",a\n3,8\n", "3,8\n")] // the index of pandas is left out of the dataset, not of the file
    [InlineData("utf-8", "\"a\",\"b\"\n\"1\",2,3\n\"2\",4,5\n", "\"a\",\"b\"\n\"3\",6,7\n", "3,6,7\n")] // row names of R
    [InlineData("utf-8", "a,b\n1,2,\n3,4,\n", "a,b\n5,6\n", "5,6,\n")] // rows end with a delimiter
    [InlineData("utf-8", "a\n1\n\n3\n", "a\n4\n\n6\n", "4\n\"\"\n6\n")] // in one column, a blank line is a missing value
    [InlineData("utf-8", "a,b\n1,yes\n2,No\n3,YES\n", "[{\"a\":4,\"b\":false}]", "4,false\n")]
    [InlineData("utf-8", "a,when\n1,31.12.2024\n2,1.2.2025\n", "a,when\n3,2025-02-28\n4,28.2.2025\n", "3,2025-02-28\n4,28.2.2025\n")]
    [InlineData("utf-8", "zip,n\n02134,1\n10001,2\n", "zip,n\n00501,3\n", "00501,3\n")]
    [InlineData("latin1", "ort,n\nKöln,1\n", "ort,n\nBesançon €,2\n", "Besançon €,2\n")]
    [InlineData("utf-16", "ort,n\nKöln,1", "ort,n\nŁódź,2\n", "\nŁódź,2\n")]
    [InlineData("utf-16BE", "ort,n\nKöln,1\n", "ort,n\nŁódź,2\n", "Łódź,2\n")]
    public async Task The_whole_is_one_csv_and_is_read_as_if_it_had_been_uploaded(
        string encodingName, string file, string rows, string added)
    {
        var encoding = Encoding.GetEncoding(encodingName);
        byte[] before = [.. encoding.GetPreamble(), .. encoding.GetBytes(file)];
        var name = await _http.Upload(before);

        var version = await _http.Append(
            name, Encoding.UTF8.GetBytes(rows), rows[0] == '[' ? "application/json" : "text/csv").Read(HttpStatusCode.Created);

        var written = encodingName == "latin1" ? Encoding.UTF8.GetBytes(added).Length - 3 : encoding.GetByteCount(added); // ç, €
        var whole = await _http.GetByteArrayAsync($"/api/v1/datasets/{name}/csv");
        Assert.Equal(before, whole[..before.Length]);
        Assert.Equal(before.Length + written, whole.Length);
        Assert.Equal(encodingName == "latin1" ? added.Replace('€', '\u0080') : added, encoding.GetString(whole[before.Length..]));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(whole)), version.GetProperty("sha256").GetString());
        var uploaded = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/datasets/{await _http.Upload(whole)}");
        Assert.Equal(uploaded.GetProperty("rows").GetInt32(), version.GetProperty("rows").GetInt32());
        Assert.Equal(uploaded.GetProperty("columns").ToString(), version.GetProperty("columns").ToString());
    }

    [Fact]
    public async Task A_column_that_the_dataset_leaves_out_may_be_missing()
    {
        var name = await _http.Upload(",a\n0,5\n1,7\n2,6\n");

        await _http.Append(name, "[{\"a\":8}]"u8.ToArray(), "application/json").Read(HttpStatusCode.Created);

        Assert.Equal(",a\n0,5\n1,7\n2,6\n,8\n", await _http.GetStringAsync($"/api/v1/datasets/{name}/csv"));
        Assert.Equal("""{"a":8}""", (await _http.Rows(name, "?offset=3"))[0].ToString());
    }

    [Theory]
    [InlineData("parquet")]
    [InlineData("arrow")]
    [InlineData("xlsx")]
    [InlineData("ndjson")]
    [InlineData("csv.gz")]
    [InlineData("zip")]
    public async Task Rows_are_taken_in_every_format_of_an_upload(string format)
    {
        var file = format switch
        {
            "parquet" => SampleFiles.Parquet(),
            "arrow" => SampleFiles.Arrow(isFile: true),
            "xlsx" => SampleFiles.Xlsx(),
            "ndjson" => Encoding.UTF8.GetBytes(SampleFiles.Ndjson),
            "csv.gz" => SampleFiles.Gzip(Encoding.UTF8.GetBytes(SampleFiles.Csv)),
            _ => SampleFiles.Zip(("rows.csv", Encoding.UTF8.GetBytes(SampleFiles.Csv))),
        };
        var name = await _http.Upload(SampleFiles.Csv);

        await _http.Append(name, file, format == "ndjson" ? "application/x-ndjson" : "application/octet-stream")
            .Read(HttpStatusCode.Created);

        var rows = (await _http.Rows(name)).EnumerateArray().Select(row => row.ToString()).ToList();
        Assert.Equal(8, rows.Count);
        Assert.Equal(rows[..4], rows[4..]);
    }

    [Fact]
    public async Task Rows_that_are_appended_again_and_again_are_all_there()
    {
        var name = await _http.Upload("n\n0\n");
        for (var number = 1; number <= 5; number++)
        {
            await _http.AppendCsv(name, $"n\n{number}\n").Read(HttpStatusCode.Created);
        }

        Assert.Equal([0, 1, 2, 3, 4, 5], (await _http.Rows(name)).EnumerateArray().Select(row => row.GetProperty("n").GetInt32()));
        Assert.Equal([0, 1, 2], (await _http.Rows(name, "?version=3")).EnumerateArray().Select(row => row.GetProperty("n").GetInt32()));
    }

    [Fact]
    public async Task Requests_that_append_at_the_same_time_lose_no_row()
    {
        var name = await _http.Upload("n\n0\n");

        var responses = await Task.WhenAll(
            Enumerable.Range(1, 6).Select(number => Task.Run(() => _http.AppendCsv(name, $"n\n{number}\n"))));

        var appended = 0;
        foreach (var response in responses)
        {
            if (response.StatusCode == HttpStatusCode.Created)
            {
                appended++;
            }
            else
            {
                Assert.Equal("versionConflict", (await Refused.Read(response, HttpStatusCode.Conflict)).Code);
            }
        }

        var rows = (await _http.Rows(name)).EnumerateArray().Select(row => row.GetProperty("n").GetInt32()).ToList();
        Assert.True(appended > 0);
        Assert.Equal(1 + appended, rows.Count);
        Assert.Equal(rows.Count, rows.Distinct().Count());
    }

    [Fact]
    public async Task A_repeated_request_with_its_key_appends_once()
    {
        var name = await _http.Upload("a,b\n1,x\n");
        var first = await _http.AppendCsv(name, "a,b\n2,y\n", key: "one").Read(HttpStatusCode.Created);
        await _http.AppendCsv(name, "a,b\n3,z\n", key: "two").Read(HttpStatusCode.Created);

        var again = await _http.AppendCsv(name, "a,b\n2,y\n", key: "one").Read(HttpStatusCode.OK);
        var other = await Refused.Read(await _http.AppendCsv(name, "a,b\n2,z\n", key: "one"), HttpStatusCode.UnprocessableEntity);
        var ofOtherDataset = await _http.AppendCsv(await _http.Upload("a,b\n1,x\n"), "a,b\n5,z\n", key: "one").Read(HttpStatusCode.Created);

        Assert.Equal(first.ToString(), again.ToString());
        Assert.Equal("idempotencyKeyReused", other.Code);
        Assert.Equal(2, ofOtherDataset.GetProperty("version").GetInt32());
        Assert.Equal(3, (await _http.Rows(name)).GetArrayLength());
    }

    [Fact]
    public async Task A_dry_run_stores_nothing()
    {
        var name = await _http.Upload("a,b\n1,x\n");

        var version = await _http.Append(name, "a,b\n2,y\n"u8.ToArray(), "text/csv", "?dryRun=true").Read(HttpStatusCode.OK);

        Assert.Equal((2, 2), (version.GetProperty("version").GetInt32(), version.GetProperty("rows").GetInt32()));
        Assert.Equal(1, (await _http.GetFromJsonAsync<JsonElement>($"/api/v1/datasets/{name}")).GetProperty("version").GetInt32());
    }

    [Theory]
    [InlineData("a,b\n1.5,x\n2,\n3,y\n", "a,b\n02134,x\n", "leadingZeros", "'a' has 1 appended cell with numbers that begin with 0")]
    [InlineData("a,b\n1.5,x\n2,\n3,y\n", "a,b\n9007199254740993,x\n", "largeIntegers", "9007199254740993")]
    [InlineData("a,b\n1.5,x\n2,\n3,y\n", "a,b\n-9007199254740993,x\n", "largeIntegers", "-9007199254740993")]
    [InlineData("a,b\n1,x\n2,y\n", "a,b\n3,NA\n4,?\n", "cellsCountAsMissing", "'b' has 2 appended cells with markers for a missing value")]
    [InlineData("a,b\n1,x\n-,y\n", "a,b\n-,x\nNA,y\n,y\n", "cellsCountAsMissing", "'a' has 1 appended cell with markers")]
    [InlineData("a,b\n1.5,x\n2,\n3,y\n", "a,b\n12345678901234567890,x\n", "largeIntegers", "12345678901234567890")]
    [InlineData("a,b\n1,x\n2,y\n", ",a,b\n0,3,x\n", "columnLeftOut", "Column 1 of the appended rows has no name")]
    public async Task What_is_lost_is_a_warning_of_the_version(string file, string rows, string code, string message)
    {
        var name = await _http.Upload(file);

        var version = await _http.AppendCsv(name, rows).Read(HttpStatusCode.Created);

        var warning = version.GetProperty("warnings").EnumerateArray().Last(warning => warning.GetProperty("code").GetString() == code);
        Assert.Contains(message, warning.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,b\n1.5,x\n2,\n3,y\n", "a,b\n9007199254740992,x\n4,\n")]
    [InlineData("a,b\n1.5,x\n2,\n3,y\n", "a,b\nNA,x\n")] // a usual marker among numbers
    public async Task What_is_not_lost_is_no_warning(string file, string rows)
    {
        var name = await _http.Upload(file);

        var version = await _http.AppendCsv(name, rows).Read(HttpStatusCode.Created);

        Assert.Empty(version.GetProperty("warnings").EnumerateArray());
    }
}
