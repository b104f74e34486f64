using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using Velodrome.Training.Encoding;
using Velodrome.Training.Engines;
using Velodrome.Training.Models;
using Velodrome.Training.Networks;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Models;

public class TrainedModelTests
{
    private static readonly Table Table = new([
        new NumberColumn("size", [.. Enumerable.Range(0, 60).Select(row => row % 9 == 0 ? double.NaN : Math.Sin(row) * 100)]),
        new NumberColumn("sold", [.. Enumerable.Range(0, 60).Select(row => row % 3 == 0 ? 1.0 : 0)], ColumnKind.Boolean),
        CategoryColumn.FromTexts(
            "colour", [.. Enumerable.Range(0, 60).Select(row => row % 7 == 0 ? null : $"colour \"{row % 5}\" größer")]),
        new NumberColumn("price", [.. Enumerable.Range(0, 60).Select(row => 1000.1 + row * row)])]);

    private static readonly int[] All = Sample.Indices(60);
    private static readonly Encoder Encoder = Encoder.Fit(
        Table, ["size", "sold", "colour"], "price", LearningTask.Regression, All[..50],
        new() { Numbers = NumberInputs.Piecewise, Bins = 4 });

    private static readonly NetworkShape Shape = new(Encoder.Width, [6, 5], 1);
    private static readonly float[] Weights = Sample.Numbers(Shape.Parameters, seed: 1);

    private static TrainedModel Model(Activation activation = Activation.Gelu) =>
        new(Encoder, new() { Hidden = [6, 5], Activation = activation }, Weights, new(3, [0.5, 1, 4]));

    /// <summary>Predicts the five colours. Rows without a colour are left out.</summary>
    private static TrainedModel ClassModel()
    {
        var encoder = Encoder.Fit(Table, ["size", "sold", "price"], "colour", LearningTask.Multiclass, [.. All.Where(row => row % 7 != 0)]);
        var shape = new NetworkShape(encoder.Width, [6], 5);
        return new(encoder, new() { Hidden = [6] }, Sample.Numbers(shape.Parameters, seed: 1), interval: null);
    }

    [Fact]
    public void Predictions_are_the_decoded_outputs_of_the_engine()
    {
        using var engine = new TorchEngine(Shape, new() { Activation = Activation.Gelu }, Sample.Spec(), Weights);
        var outputs = new float[60];
        engine.Predict(Encoder.Encode(Table, All), outputs);
        // In the target's own unit: price = output × deviation + mean, of the first fifty rows.
        var prices = Enumerable.Range(0, 50).Select(row => 1000.1 + row * row).ToList();
        var deviation = Math.Sqrt(prices.Average(price => (price - prices.Average()) * (price - prices.Average())));

        var predictions = Model().Values(Table, All);

        Assert.Equal(60, predictions.Length);
        Assert.All(predictions.Zip(outputs), pair => Assert.Equal(
            pair.Second * deviation + prices.Average(), pair.First, 1e-5 * deviation * Math.Max(1, Math.Abs(pair.Second))));
    }

    [Theory]
    [InlineData(Activation.Relu)]
    [InlineData(Activation.LeakyRelu)]
    [InlineData(Activation.Gelu)]
    public void A_saved_and_loaded_model_gives_identical_predictions(Activation activation)
    {
        var model = Model(activation);

        var loaded = SavedBytes.LoadModel(model.Save());

        Assert.Equal(model.Values(Table, All), loaded.Values(Table, All));
        Assert.Equal(model.Save(), loaded.Save());
        Assert.Equal(model.WeightsSha256, loaded.WeightsSha256);
        Assert.Equal([0.5, 1, 4], loaded.Interval!.Residuals);
        Assert.Equal((3, 1.0), (loaded.Interval.Rows, loaded.Interval.HalfWidth(0.5)));
    }

    [Fact]
    public void Probabilities_are_the_softmax_of_the_engines_outputs()
    {
        var model = ClassModel();
        var shape = new NetworkShape(model.Encoder.Width, [6], 5);
        using var engine = new TorchEngine(shape, new(), Sample.Spec(), Sample.Numbers(shape.Parameters, seed: 1));
        var outputs = new float[60 * 5];
        engine.Predict(new(model.Encoder.EncodeFeatures(Table, All), [], null, 60, model.Encoder.Width), outputs);

        var probabilities = model.Probabilities(Table, All);

        Assert.Equal(300, probabilities.Length);
        foreach (var (row, scores) in probabilities.Chunk(5).Zip(outputs.Chunk(5)))
        {
            Assert.Equal(1, row.Sum(), 1e-6f);
            var sum = scores.Sum(score => Math.Exp(score));
            Assert.All(row.Zip(scores), pair => Assert.Equal(Math.Exp(pair.Second) / sum, pair.First, 1e-5));
        }
    }

    [Fact]
    public void A_saved_and_loaded_model_of_classes_gives_identical_probabilities()
    {
        var model = ClassModel();

        var loaded = SavedBytes.LoadModel(model.Save());

        Assert.Equal(model.Probabilities(Table, All), loaded.Probabilities(Table, All));
        Assert.Equal(model.Save(), loaded.Save());
        Assert.Equal(((ClassTarget)model.Encoder.Target).Classes, Assert.IsType<ClassTarget>(loaded.Encoder.Target).Classes);
        Assert.Null(loaded.Interval);
    }

    [Fact]
    public void Numbers_have_no_probabilities_and_classes_no_values()
    {
        Assert.Throws<InvalidOperationException>(() => Model().Probabilities(Table, All));
        Assert.Throws<InvalidOperationException>(() => ClassModel().Values(Table, All));
        Assert.Equal((60, 300), (Model().Outputs(Table, All).Length, ClassModel().Outputs(Table, All).Length));
    }

    /// <summary>Python: hashlib.sha256(struct.pack("&lt;3f", 1, 2, 0.5)).hexdigest().</summary>
    [Fact]
    public void The_sha256_of_a_model_is_that_of_its_weights_bytes()
    {
        var encoder = Encoder.Fit(Sample.StudyHours, ["hours"], "score", LearningTask.Regression, [0, 1]);

        var model = new TrainedModel(
            encoder with { Features = [encoder.Features[0], encoder.Features[0]] }, new() { Hidden = [] }, [1, 2, 0.5f], null);

        Assert.Equal("fdd6aa4a2057d96e55c4c39c3048c44a5b8d508931201bcb4fc8b66771ae09f1", model.WeightsSha256);
    }

    [Fact]
    public void A_model_predicts_any_rows_of_any_table_with_its_columns()
    {
        var model = Model();
        var reordered = new Table([.. Table.Columns.Reverse().Where(column => column.Name != "price")]);

        Assert.Equal([.. model.Values(Table, All).Reverse()], model.Values(reordered, [.. All.Reverse()]));
        Assert.Empty(model.Values(Table, []));
    }

    [Fact]
    public void Many_threads_may_predict_at_the_same_time()
    {
        var model = Model();
        var alone = model.Values(Table, All);

        Parallel.For(0, 200, _ => Assert.Equal(alone, model.Values(Table, All)));
    }

    private static readonly Dictionary<string, Action<JsonNode>> Damages = new()
    {
        ["no encoder"] = file => file["encoder"] = null,
        ["no features"] = file => file["encoder"]!["features"] = null,
        ["a feature that is null"] = file => file["encoder"]!["features"]![0] = null,
        ["a feature without a kind"] = file => file["encoder"]!["features"]![0] = new JsonObject { ["name"] = "size" },
        ["a feature of an unknown kind"] = file => file["encoder"]!["features"]![0]!["encoding"] = "picture",
        ["pieces without bounds"] = file => file["encoder"]!["features"]![0]!["pieces"]!["bounds"] = null,
        ["pieces with a single bin"] = file => file["encoder"]!["features"]![0]!["pieces"]!["bounds"] = new JsonArray(1, 2),
        ["bounds that descend"] = file => file["encoder"]!["features"]![0]!["pieces"]!["bounds"] = new JsonArray(1, 2, 3, 4, 3),
        ["a reach of 0"] = file => file["encoder"]!["features"]![0]!["reach"] = 0,
        ["no levels"] = file => file["encoder"]!["features"]![2]!["levels"] = null,
        ["no rare levels"] = file => file["encoder"]!["features"]![2]!["rareLevels"] = null,
        ["a target without a kind"] = file => file["encoder"]!["target"] = new JsonObject { ["name"] = "price" },
        ["a target of an unknown kind"] = file => file["encoder"]!["target"]!["encoding"] = "ranking",
        ["a target of more outputs"] = file => file["encoder"]!["target"] = new JsonObject
        {
            ["encoding"] = "classes",
            ["name"] = "price",
            ["classes"] = new JsonArray("a", "b"),
            ["kind"] = "category",
        },
        ["a target without its classes"] = file => file["encoder"]!["target"] = new JsonObject
        {
            ["encoding"] = "classes",
            ["name"] = "price",
            ["kind"] = "category",
        },
        ["a target without a class"] = file => file["encoder"]!["target"] = new JsonObject
        {
            ["encoding"] = "classes",
            ["name"] = "price",
            ["classes"] = new JsonArray(),
            ["kind"] = "category",
        },
        ["an interval without its residuals"] = file => file["interval"]!["residuals"] = null,
        ["an interval of more rows than residuals"] = file => file["interval"]!["rows"] = 30,
        ["no target"] = file => file["encoder"]!["target"] = null,
        ["one feature less"] = file => file["encoder"]!["features"]!.AsArray().RemoveAt(0),
        ["no hidden layers"] = file => file["hidden"] = null,
        ["other hidden layers"] = file => file["hidden"] = new JsonArray(6, 6),
        ["a negative layer"] = file => file["hidden"] = new JsonArray(6, -5),
        ["a huge layer"] = file => file["hidden"] = new JsonArray(int.MaxValue, int.MaxValue),
        ["an unknown activation"] = file => file["activation"] = "swish",
        ["an activation by number"] = file => file["activation"] = 3,
        ["one weight less"] = EditWeights(weights => weights[..^4]),
        ["one weight more"] = EditWeights(weights => [.. weights, 0, 0, 128, 63]),
        ["half a weight less"] = EditWeights(weights => weights[..^2]),
    };

    public static TheoryData<string> DamageNames => [.. Damages.Keys];

    [Theory]
    [MemberData(nameof(DamageNames))]
    public void A_file_with_a_wrong_member_is_invalid_data_in_either_version(string damage)
    {
        var file = FirstVersion(Model());
        Damages[damage](file);

        Assert.Throws<InvalidDataException>(() => SavedBytes.LoadModel(JsonSerializer.SerializeToUtf8Bytes(file)));
        Assert.Throws<InvalidDataException>(() => SavedBytes.LoadModel(SecondVersion(file)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("VL")]
    [InlineData("PK\u0003\u0004")]
    [InlineData("null")]
    [InlineData("{}  ")]
    [InlineData("[]  ")]
    [InlineData("""{ "format": "velodrome-model/1" }""")]
    [InlineData("VLM2")]
    [InlineData("VLM2\u0004\0\0\0null")]
    [InlineData("VLM2\u0002\0\0\0{}")]
    [InlineData("VLM2\u00ff\u00ff\u00ff\u00ff{}")]
    public void Bytes_that_are_not_a_model_are_invalid_data(string text) =>
        Assert.Throws<InvalidDataException>(() => SavedBytes.LoadModel(System.Text.Encoding.Latin1.GetBytes(text)));

    [Fact]
    public void A_truncated_file_is_invalid_data()
    {
        byte[][] files = [Model().Save(), JsonSerializer.SerializeToUtf8Bytes(FirstVersion(Model()))];

        Assert.All(files, file => Assert.All(
            [0, 3, 4, 7, 8, 9, file.Length / 2, file.Length - 1],
            length => Assert.Throws<InvalidDataException>(() => SavedBytes.LoadModel(file[..length]))));
    }

    [Fact]
    public void The_first_version_is_read_and_the_second_has_the_same_content()
    {
        var model = Model();

        var loaded = SavedBytes.LoadModel(JsonSerializer.SerializeToUtf8Bytes(FirstVersion(model)));

        Assert.Equal(model.Save(), loaded.Save());
        Assert.Equal(model.Values(Table, All), loaded.Values(Table, All));
    }

    /// <summary>Models of earlier versions have neither member: numbers are not limited beyond the training range.</summary>
    [Fact]
    public void A_file_without_limits_and_pieces_predicts_as_before()
    {
        var encoder = Encoder.Fit(Table, ["size"], "price", LearningTask.Regression, All[..50]);
        var file = FirstVersion(new(encoder, new() { Hidden = [] }, [2, 0, 0.5f], null));
        Assert.Equal(2, file["encoder"]!["features"]!.AsArray().Single()!.AsObject()
            .Select(member => member.Key).ToList().Count(name => name is "reach" or "pieces"));
        file["encoder"]!["features"]![0]!.AsObject().Remove("reach");
        file["encoder"]!["features"]![0]!.AsObject().Remove("pieces");

        var loaded = SavedBytes.LoadModel(SecondVersion(file));

        var number = (NumberEncoding)encoder.Features[0];
        var output = loaded.Outputs(new Table([new NumberColumn("size", [1e9])]), [0])[0];
        Assert.Equal(1, output / (2 * (1e9 - number.Mean) / number.StandardDeviation), 1e-6);
    }

    [Theory]
    [InlineData("format", "velodrome-model/2")]
    [InlineData("weights", null)]
    [InlineData("weights", "~~~")]
    public void A_first_version_with_another_format_or_no_weights_is_invalid_data(string member, string? value)
    {
        var file = FirstVersion(Model());
        file[member] = value;

        Assert.Throws<InvalidDataException>(() => SavedBytes.LoadModel(JsonSerializer.SerializeToUtf8Bytes(file)));
    }

    [Fact]
    public void The_error_names_the_formats_that_are_read()
    {
        var file = FirstVersion(Model());
        file["format"] = "velodrome-model/9";

        var error = Assert.Throws<InvalidDataException>(() => SavedBytes.LoadModel(JsonSerializer.SerializeToUtf8Bytes(file)));

        Assert.Contains("velodrome-model/1", error.Message);
    }

    /// <summary>The JSON document that earlier versions wrote, made from the parts of the second.</summary>
    private static JsonNode FirstVersion(TrainedModel model)
    {
        var bytes = model.Save();
        var end = 8 + BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4));
        var file = JsonNode.Parse(bytes.AsSpan(8, end - 8))!;
        file["format"] = "velodrome-model/1";
        file["weights"] = Convert.ToBase64String(bytes, end, bytes.Length - end);
        return file;
    }

    private static byte[] SecondVersion(JsonNode first)
    {
        var document = first.DeepClone().AsObject();
        var weights = Convert.FromBase64String((string)document["weights"]!);
        document.Remove("format");
        document.Remove("weights");
        var json = JsonSerializer.SerializeToUtf8Bytes(document);
        return [.. "VLM2"u8, .. BitConverter.GetBytes(json.Length), .. json, .. weights];
    }

    private static Action<JsonNode> EditWeights(Func<byte[], byte[]> change) =>
        file => file["weights"] = Convert.ToBase64String(change(Convert.FromBase64String((string)file["weights"]!)));
}
