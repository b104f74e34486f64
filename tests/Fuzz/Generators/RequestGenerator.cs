using System.Globalization;
using System.Text;
using Velodrome.Fuzz.Requests;

namespace Velodrome.Fuzz.Generators;

/// <summary>Makes valid and invalid requests for all operations of the service, and some for addresses that it does not have.</summary>
internal sealed class RequestGenerator(IReadOnlyList<ApiOperation> operations, Resources resources, int seed)
{
    private static readonly string[] OtherPaths =
    [
        "/", "/swagger", "/swagger/v1/swagger.json", "/health/live", "/health/ready", "/hangfire", "/js/app.js", "/api", "/api/v1",
        "/api/v2/runs", "/api/v1/runs/", "/api/v1/runs/1/", "//", "/..", "/%2e%2e/%2e%2e/etc/passwd", "/api/v1/datasets/%2F",
        "/favicon.ico", "/api/v1/runs/1/nothing",
    ];

    private static readonly string[] ContentTypes =
    [
        "application/json", "application/json; charset=\"utf-8\"", "application/json; charset=nope", "application/json;charset=utf-16",
        "text/csv", "text/csv; charset=latin1", "text/csv; charset=utf-16", "text/plain", "multipart/form-data",
        "multipart/form-data; boundary=",
        "application/x-www-form-urlencoded", "application/vnd.apache.parquet", "application/zip", "application/octet-stream",
        "*/*", "nonsense", "application/json,", ";", "application/xml", "application/problem+json",
    ];

    private static readonly (string Name, string[] Values)[] Headers =
    [
        ("Accept", ["application/json", "text/csv", "*/*", "text/csv;q=0.5,application/json;q=0.9", "image/svg+xml", ";;", "q=1",
            "text/csv;q=x"]),
        ("Prefer", ["wait=0", "wait=1", "wait=x", "wait=-1", "wait", "respond-async, wait=1", "wait=99999999999", "return=minimal"]),
        ("Idempotency-Key", ["k1", "k2", "k3", "", "é", "a b", "' OR 1=1", "k\u00ff"]),
        ("Last-Event-ID", ["0", "5", "x", "-1", "99999999999999999999", ""]),
        ("Range", ["bytes=0-10", "bytes=9999999-", "bytes=-5", "bytes=5-1", "rows=1"]),
        ("If-None-Match", ["*", "\"x\"", "x", "W/\"1\""]),
        ("If-Modified-Since", ["Sat, 28 Nov 2026 05:00:00 GMT", "yesterday"]),
        ("Content-Encoding", ["gzip", "identity", "br", "zstd", "gzip, gzip", ""]),
        ("Content-Disposition",
            ["attachment; filename=\"a.csv.gz\"", "attachment; filename*=UTF-8''%e4%ff.xlsx", "attachment; filename=", ";"]),
        ("Expect", ["100-continue"]),
        ("X-HTTP-Method-Override", ["DELETE"]),
        ("Accept-Encoding", ["gzip", "identity;q=0"]),
        ("Origin", ["null", "http://example.com"]),
    ];

    /// <param name="number">The number of the request. With the seed, it decides everything but the ids of existing runs, and keys.</param>
    public RawRequest Make(long number)
    {
        var dice = new Dice(seed, number);
        var request = dice.Chance(0.06) ? Elsewhere(dice) : For(Choose(dice), dice);
        return resources.Keys?.Sender(dice) is { } sender
            ? request with { Sender = sender, Headers = sender.Header is { } header ? [.. request.Headers, header] : request.Headers }
            : request;
    }

    /// <summary>Starts more runs than it deletes, so that there are some to ask for.</summary>
    private ApiOperation Choose(Dice dice)
    {
        var operation = dice.Pick(operations);
        return operation is { Method: "DELETE" } && dice.Chance(0.7)
            ? operations.FirstOrDefault(one => one is { Method: "POST", Path: "/api/v1/runs" }) ?? operation
            : operation;
    }

    private static RawRequest Elsewhere(Dice dice)
    {
        var path = dice.Chance(0.7) ? dice.Pick(OtherPaths) : $"/{Uri.EscapeDataString(OddValues.AnyText(dice))}";
        var method = dice.Pick(["GET", "GET", "HEAD", "POST", "PUT", "OPTIONS", "PATCH", "TRACE", "FOO"]);
        return new(null, method, path + (dice.Chance(0.3) ? $"?{OddQuery(dice)}" : ""), MakeHeaders(dice), null);
    }

    private RawRequest For(ApiOperation operation, Dice dice)
    {
        var method = dice.Chance(0.03) ? dice.Pick(["GET", "HEAD", "POST", "PUT", "PATCH", "OPTIONS"])
            : operation.Method == "GET" && dice.Chance(0.08) ? "HEAD"
            : operation.Method;
        var (headers, run) = (MakeHeaders(dice), resources.Run(dice));
        var (type, body) = operation.ContentTypes.Count > 0 ? BodyGenerator.Make(operation, run, resources, dice)
            : method is "POST" or "DELETE" && dice.Chance(0.1) ? ("application/json", Encoding.UTF8.GetBytes(dice.Pick(OddValues.Json)))
            : method is "POST" or "PUT" or "PATCH" ? (null, [])
            : ((string?)null, (byte[]?)null);
        if (type is not null && !dice.Chance(0.03))
        {
            headers.Add(("Content-Type", dice.Chance(0.05) ? dice.Pick(ContentTypes) : type));
        }

        if (operation is { Method: "POST", Path: "/api/v1/datasets" } && headers.All(header => header.Name != "Prefer") && dice.Chance(0.2))
        {
            headers.Add(("Prefer", "respond-async"));
        }

        if (body is not null && headers.All(header => header.Name != "Content-Encoding") && dice.Chance(0.03))
        {
            var isGzip = dice.Chance(0.5);
            headers.Add(("Content-Encoding", isGzip ? "gzip" : "br"));
            body = isGzip ? FileGenerator.Gzip(body) : FileGenerator.Brotli(body);
        }

        var target = Target(operation, run, dice);
        return new(LeadsElsewhere(target) ? null : operation, method, target, headers, body)
        {
            IsChunked = body is not null && dice.Chance(0.1),
        };
    }

    /// <summary>With an empty value in its path, a request is for another operation: /keys/ is /keys.</summary>
    private static bool LeadsElsewhere(string target)
    {
        var path = target.Split('?')[0];
        return path.EndsWith('/') || path.Contains("//", StringComparison.Ordinal);
    }

    private string Target(ApiOperation operation, KnownRun run, Dice dice)
    {
        var path = operation.Path;
        foreach (var parameter in operation.Parameters.Where(parameter => parameter.In == "path"))
        {
            path = path.Replace($"{{{parameter.Name}}}", PathValue(operation, parameter.Name, run, dice), StringComparison.Ordinal);
        }

        var query = operation.Parameters.Where(parameter => parameter.In == "query" && dice.Chance(ChanceOf(parameter.Name)))
            .Select(parameter => $"{parameter.Name}={QueryValue(operation, parameter.Name, dice)}").ToList();
        if (dice.Chance(0.03))
        {
            query.Add(OddQuery(dice));
        }

        return query.Count == 0 ? path : $"{path}?{string.Join('&', query)}";
    }

    /// <summary>A workbook's sheet and range are refused with any other file.</summary>
    private static double ChanceOf(string parameter) => parameter switch
    {
        "name" or "olderThan" => 0.9,
        "sheet" or "range" or "options" => 0.12,
        _ => 0.35,
    };

    private string PathValue(ApiOperation operation, string name, KnownRun run, Dice dice) => name switch
    {
        "name" when operation.Method == "DELETE" => Resources.OwnDataset(dice), // never a bundled one, which others need
        "id" when operation is { Method: "DELETE", Path: "/api/v1/keys/{id}" } => KeyToRevoke(dice),
        _ when dice.Chance(0.07) => Escape(OddValues.AnyText(dice), dice),
        "id" when operation.Path.StartsWith("/api/v1/imports/", StringComparison.Ordinal) =>
            resources.Import(dice).ToString(CultureInfo.InvariantCulture),
        "id" => run.Id.ToString(CultureInfo.InvariantCulture),
        _ => Resources.Dataset(dice),
    };

    /// <summary>Never a text that could be the id of a key of the harness.</summary>
    private string KeyToRevoke(Dice dice) => dice.Chance(0.1)
        ? dice.Pick(["0", "-1", "x", "1e3", "9223372036854775808", "%00", "1.0"])
        : (resources.Keys?.IdToRevoke(dice) ?? 0).ToString(CultureInfo.InvariantCulture);

    private string QueryValue(ApiOperation operation, string name, Dice dice) => name switch
    {
        _ when dice.Chance(0.15) => Escape(OddValues.AnyText(dice), dice),
        not "name" when dice.Chance(0.1) => Escape(dice.Pick(OddValues.Numbers), dice),
        "name" when operation.Method == "POST" => Resources.Dataset(dice),
        "name" => dice.Pick(["fuzz", "f", "iris", "%25", "_"]),
        "dataset" => Resources.Dataset(dice),
        "ids" => string.Join(',', Enumerable.Range(0, dice.Between(1, 3)).Select(_ => resources.Run(dice).Id)),
        "status" => dice.Pick(["queued", "running", "succeeded", "failed", "cancelled"]),
        "orderBy" => dice.Pick(["newest", "oldest", "bestValidationLoss"]),
        "log" or "dryRun" or "members" or "disagreement" => dice.Pick(["true", "false"]),
        "options" => Escape(BodyGenerator.Options(dice), dice),
        "sheet" => dice.Pick(["Table", "Sheet1", "table"]),
        "range" => dice.Pick(["A1:B5", "A2:B", "A1", "B5:A1", "A1:XFD1048576", "A0:B1", "XFE1:XFF2", "A1048577:B"]),
        "format" => dice.Pick(["csv", "json", "ndjson", "parquet", "xlsx", "arrow", "PARQUET"]),
        "olderThan" => dice.Pick(["2026-01-01T00:00:00Z", "2099-12-31", "1999-12-31T23:59:59.5%2B02:00", "2026-01-01T00:00:00+02:00"]),
        "level" => dice.Pick(["0.9", "0.5", "1", "0", "0.9999999999999999", "1e-17"]),
        "pageToken" => dice.Pick(["AAAAAAAAAAE", "AAAAAAAAAAEAAAAAAAAAAA", "__________8", "f_______fw"]),
        _ => dice.Pick(["1", "2", "10", "20", "400", "800", "1000"]),
    };

    private static string OddQuery(Dice dice) =>
        dice.Pick(["%", "%zz", "=", "&&", "a=b=c", "%00", "x=%ff", "%ED%A0%80=1", "name=a&name=b", "pageSize=1&pageSize=2", "[]=1",
            "a[b]=c", "+"]);

    private static string Escape(string text, Dice dice) => dice.Chance(0.1)
        ? string.Concat(Encoding.UTF8.GetBytes(text.Replace("\0", "", StringComparison.Ordinal)).Select(octet => $"%{octet:x2}"))
        : Uri.EscapeDataString(text);

    private static List<(string Name, string Value)> MakeHeaders(Dice dice) =>
    [
        .. Enumerable.Range(0, dice.Pick([0, 0, 0, 1, 1, 2])).Select(_ => dice.Pick(Headers)).DistinctBy(header => header.Name)
            .Select(header => (header.Name, dice.Pick(header.Values))),
    ];
}
