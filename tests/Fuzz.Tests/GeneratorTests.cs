using System.Text;
using System.Text.Json;
using Velodrome.Fuzz.Generators;
using Velodrome.Fuzz.Requests;

namespace Velodrome.Fuzz.Tests;

public sealed class GeneratorTests
{
    private static readonly ApiOperation[] Operations =
    [
        new("POST", "/api/v1/runs", [], ["application/json"], new HashSet<string>()),
        new("GET", "/api/v1/runs/{id}", [new("id", "path")], [], new HashSet<string>()),
        new("DELETE", "/api/v1/keys/{id}", [new("id", "path")], [], new HashSet<string>()),
        new("POST", "/api/v1/datasets", [new("name", "query")], ["text/csv", "multipart/form-data"], new HashSet<string>()),
    ];

    private static readonly KnownKey[] OwnKeys =
        [new(1, "vd_admin", Role.Admin), new(2, "vd_write", Role.Write), new(3, "vd_read", Role.Read)];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_seed_and_a_number_make_the_same_request_every_time(bool keys)
    {
        var (first, second) = (new RequestGenerator(Operations, New(keys), 3), new RequestGenerator(Operations, New(keys), 3));

        for (var number = 0; number < 500; number++)
        {
            Assert.Equal(first.Make(number).ToBytes("x"), second.Make(number).ToBytes("x"));
        }

        Assert.NotEqual(first.Make(0).ToBytes("x"), new RequestGenerator(Operations, New(keys), 4).Make(0).ToBytes("x"));
    }

    [Fact]
    public void Requests_come_from_every_role_and_never_revoke_a_key_of_the_harness()
    {
        var generator = new RequestGenerator(Operations, New(keys: true), 3);
        var requests = Enumerable.Range(0, 5000).Select(number => generator.Make(number)).ToList();

        Assert.Equal(Enum.GetValues<Role>(), requests.Select(request => request.Sender!.Role).Distinct().Order());
        Assert.Contains(requests, request => request.Method == "DELETE");
        Assert.DoesNotContain(requests, request => request.Method == "DELETE" && request.Target is
            "/api/v1/keys/1" or "/api/v1/keys/2" or "/api/v1/keys/3");
    }

    [Fact]
    public void A_request_whose_path_leads_to_another_operation_is_for_none()
    {
        var generator = new RequestGenerator(Operations, New(keys: true), 3);
        var requests = Enumerable.Range(0, 20_000).Select(number => generator.Make(number)).ToList();

        Assert.Contains(requests, request => request.Operation is null && request.Target == "/api/v1/runs/");
        Assert.DoesNotContain(requests, request => request.Operation is not null && request.Target.Split('?')[0].EndsWith('/'));
    }

    [Fact]
    public void Some_bodies_stay_valid_and_some_do_not()
    {
        var bodies = Enumerable.Range(0, 1000).Select(number =>
            JsonMutator.Mutate("""{ "a": [1, 2, { "b": null }], "c": "text" }""", new Dice(1, number))).ToList();

        Assert.InRange(bodies.Count(IsJson), 300, 950);
        Assert.InRange(bodies.Select(Encoding.UTF8.GetString).Distinct().Count(), 300, 1000);
    }

    [Fact]
    public void Files_are_sent_as_they_are_packed_and_damaged()
    {
        SampleFile[] samples = [new("application/vnd.apache.parquet", "PAR1 of a test"u8.ToArray())];
        var files = Enumerable.Range(0, 300)
            .Select(number => FileGenerator.Make(samples[0].MediaType, samples, columns: null, new Dice(1, number))).ToList();
        var archives = Enumerable.Range(0, 300)
            .Select(number => FileGenerator.Make("application/zip", samples, columns: null, new Dice(1, number))).ToList();

        Assert.InRange(files.Count(file => file.AsSpan().SequenceEqual(samples[0].Bytes)), 50, 250);
        Assert.InRange(archives.Count(file => file.AsSpan().StartsWith("PK"u8)), 150, 290);
        Assert.InRange(archives.Select(Convert.ToHexString).Distinct().Count(), 100, 300);
    }

    private static Resources New(bool keys) => new(keys ? new Keys(OwnKeys, 80) : null);

    private static bool IsJson(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
