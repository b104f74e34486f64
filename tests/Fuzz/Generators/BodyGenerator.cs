using System.Text;
using System.Text.Json;
using Velodrome.Fuzz.Requests;

namespace Velodrome.Fuzz.Generators;

/// <summary>Makes bodies for the operations that read one: valid ones, with mistakes put in.</summary>
internal static class BodyGenerator
{
    private const string Boundary = "fuzz-boundary";

    private static readonly string[] Splits =
    [
        """{"split":"random","fraction":0.25}""", """{"split":"last","fraction":0.25,"seed":null}""", """{"split":"random","seed":3}""",
        """{"split":"rows","rows":[0,1]}""", """{"split":"stratified"}""", """{"split":"group","column":"x"}""",
        """{"split":"dataset","dataset":"f1"}""", "null",
    ];

    private static readonly string[] Trainings =
    [
        """{"epochs":1}""", """{"epochs":3,"optimizer":"sgd","momentum":0.5,"learningRate":0.1,"batchSize":4}""",
        """{"epochs":2,"loss":"mae","seed":7,"priority":"high"}""", """{"epochs":2,"classWeights":{"setosa":2}}""",
        """{"epochs":2,"balanceClasses":true,"weightDecay":0}""", """{"epochs":200000,"learningRate":10,"optimizer":"sgd"}""",
        """{"epochs":3,"schedule":"cosine"}""", """{"epochs":3,"schedule":"warmupCosine","warmupFraction":0.4}""",
        """{"epochs":1,"schedule":"coslog4","batchSize":65536}""", """{"epochs":2,"schedule":"auto","warmupFraction":null}""",
        """{"epochs":2,"members":3}""", """{"epochs":1,"members":50,"seed":2147483647}""",
        """{"epochs":2,"loss":"quantile","quantile":0.9}""", """{"epochs":1,"loss":"quantile","learningRate":0.01}""",
    ];

    private static readonly string[] EarlyStoppings =
    [
        "null", """{"patience":2,"minDelta":0.1,"startFromEpoch":1}""", """{"patience":1,"startFromEpoch":100000}""",
    ];

    private static readonly string[] CommonTypes = ["text/csv", "application/json", "multipart/form-data"];

    private static readonly string[] ReadingOptions =
    [
        "{}", """{"delimiter":"semicolon","decimal":","}""", """{"delimiter":"comma","quote":"'","comment":"#","skipLines":1}""",
        """{"header":false,"encoding":"windows-1252"}""", """{"encoding":"utf-16le"}""", """{"missing":["","-","NA"]}""",
        """{"columns":{"x":{"kind":"category"},"target":{"kind":"number","thousands":" "}}}""",
        """{"columns":{"x":{"kind":"date","format":"d/M/yyyy"},"y":{"drop":true},"hours":{"kind":"date","format":"unix-ms"}}}""",
        """{"columns":{"y":{"kind":"boolean","true":["a","red"],"false":["b","blue"]},"score":{"missing":["-1"]}}}""",
    ];

    private static readonly string[] ImportUrls =
    [
        "http://127.0.0.1:9/x.csv", "http://localhost:9/x.parquet", "https://data.example.org/x.csv", "file:///etc/passwd",
        "http://[::1]:9/", "http://127.0.0.1:9@example.org/", "x.csv", "http://0x7f000001:9/x", "https://example.org/%00",
    ];

    private static readonly string[] Cells = ["1", "0.5", "-3", "1e6", "3e38", "1e308", "5e-324", "-1e-45", "null", "\"red\"", "true"];

    /// <param name="operation">Determines what a valid body is.</param>
    /// <param name="run">The run that the path names, if it names one.</param>
    /// <param name="resources">Files, and keys. Keys are missing if the service has none: a first key would shut out all requests that do
    /// not send it.</param>
    /// <param name="dice">Makes all other choices.</param>
    public static (string ContentType, byte[] Body) Make(ApiOperation operation, KnownRun run, Resources resources, Dice dice)
    {
        var common = operation.ContentTypes.Intersect(CommonTypes).ToList();
        var type = dice.Pick(common.Count > 0 && dice.Chance(0.5) ? common : operation.ContentTypes);
        var columns = operation.Path.EndsWith("/predictions", StringComparison.Ordinal) ? run.Features : null;
        return type switch
        {
            "text/csv" or "text/plain" or "application/csv" => (type, CsvGenerator.Make(dice, columns)),
            "multipart/form-data" => ($"{type}; boundary={Boundary}", Form(resources, dice)),
            "application/json" => (type, JsonMutator.Mutate(Json(operation, run, resources.Keys, dice), dice)),
            _ => (type, FileGenerator.Make(type, resources.Files, columns, dice)),
        };
    }

    /// <summary>How a file is to be read, as the query or a form has it.</summary>
    public static string Options(Dice dice) => Encoding.UTF8.GetString(JsonMutator.Mutate(dice.Pick(ReadingOptions), dice));

    private static string Json(ApiOperation operation, KnownRun run, Keys? keys, Dice dice) => operation.Path switch
    {
        var path when path.EndsWith("/predictions", StringComparison.Ordinal) =>
            $$"""{"rows":[{{Rows(run, dice)}}],"level":{{dice.Pick(["0.9", "null", "0.5", "0.9", "5e-324", "0.9999999999999999"])}}""" +
            (dice.Chance(0.2) ? ""","disagreement":true}""" : "}"),
        var path when path.EndsWith("/continue", StringComparison.Ordinal) => """{"additionalEpochs":2,"name":"more"}""",
        var path when path.EndsWith("/runs", StringComparison.Ordinal) => Run(dice),
        var path when path.EndsWith("/datasets", StringComparison.Ordinal) || path.EndsWith("/preview", StringComparison.Ordinal)
            || path.EndsWith("/rows", StringComparison.Ordinal) =>
            dice.Pick(
                ["""[{"x":1,"y":"a","target":2},{"x":2,"y":null,"target":3}]""", """{"rows":[{"x":1.5},{"x":true}]}""", "[]", "[{}]"]),
        "/api/v1/datasets/import" =>
            $$"""{"url":"{{dice.Pick(ImportUrls)}}","name":"{{Resources.OwnDataset(dice)}}","options":{{dice.Pick(ReadingOptions)}}}""",
        "/api/v1/keys" when keys is not null => $$"""{"name":"k{{dice.Below(8)}}","role":"{{dice.Pick(["read", "write", "admin"])}}"}""",
        "/api/v1/session" when keys is not null => $$"""{"key":{{JsonSerializer.Serialize(keys.Text(dice))}}}""",
        _ => "{}",
    };

    private static string Rows(KnownRun run, Dice dice) =>
        string.Join(',', Enumerable.Range(0, dice.Between(0, 3)).Select(_ => Row(run, dice)));

    private static string Row(KnownRun run, Dice dice) => "{" + string.Join(',', run.Features.Select(feature =>
        $"{JsonSerializer.Serialize(feature)}:{(dice.Chance(0.2) ? dice.Pick(Cells) : "1.5")}")) + "}";

    private static string Run(Dice dice)
    {
        var (dataset, target) = dice.Pick(
            [("study-hours", "score"), ("iris", "species"), ("noisy-sine", "y"), (Resources.Dataset(dice), "target")]);
        var members = new List<string> { $"\"dataset\":\"{dataset}\"", $"\"target\":\"{target}\"", $"\"validation\":{dice.Pick(Splits)}" };
        Add("training", Trainings, 0.9);
        Add("earlyStopping", EarlyStoppings, 0.4);
        Add("test", Splits, 0.15);
        Add("network", ["""{"hidden":[4]}""", """{"hidden":[],"activation":"gelu"}""", """{"hidden":[3,2],"dropout":0.5}"""], 0.9);
        Add("encoding", ["""{"numbers":"piecewise","bins":3}""", """{"numbers":"plain"}""", """{"bins":64}""",
            """{"dates":"elapsed"}""", "null"], 0.3);
        Add("preset", ["\"fast\"", "\"best\"", "\"lesson\"", "\"balanced\"", "null"], 0.2);
        Add("engine", ["\"torch\"", "\"simd\"", "\"auto\""], 0.3);
        Add("features", ["[\"x\"]", "[\"hours\"]"], 0.1);
        Add("weightColumn", ["\"x\"", "\"hours\"", "\"sepalLength\"", "\"target\"", "null"], 0.15);
        Add("task", ["\"regression\"", "\"binary\"", "\"multiclass\""], 0.1);
        Add("name", ["\"fuzz\""], 0.2);
        return $"{{{string.Join(',', members)}}}";

        void Add(string name, string[] values, double probability)
        {
            if (dice.Chance(probability))
            {
                members.Add($"\"{name}\":{dice.Pick(values)}");
            }
        }
    }

    private static byte[] Form(Resources resources, Dice dice)
    {
        var name = Resources.Dataset(dice);
        var type = dice.Pick(["text/csv", "application/zip", "application/gzip", "application/vnd.apache.parquet"]);
        var extension = dice.Pick(["csv", "csv", "xlsx", "json", "csv.gz", "zip", "parquet"]);
        byte[] form =
        [
            .. Encoding.UTF8.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n{name}\r\n"),
            .. Encoding.UTF8.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"file\"; "),
            .. Encoding.UTF8.GetBytes($"filename=\"{name}.{extension}\"\r\n\r\n"),
            .. dice.Chance(0.5) ? CsvGenerator.Make(dice) : FileGenerator.Make(type, resources.Files, columns: null, dice),
            .. dice.Chance(0.8) ? [] : Encoding.UTF8.GetBytes(
                $"\r\n--{Boundary}\r\nContent-Disposition: form-data; name=\"options\"\r\n\r\n{Options(dice)}"),
            .. Encoding.UTF8.GetBytes($"\r\n--{Boundary}--\r\n"),
        ];
        return dice.Chance(0.4) ? ByteMutator.Mutate(form, dice) : form;
    }
}
