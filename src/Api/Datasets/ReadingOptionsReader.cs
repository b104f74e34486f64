using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Velodrome.Api.Problems;
using Velodrome.Training;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Api.Datasets;

/// <summary>Reads the options of an upload, which are JSON in the query or in a part of a form.</summary>
internal sealed class ReadingOptionsReader(IOptions<JsonOptions> json)
{
    /// <summary>Largest length, in bytes.</summary>
    public const int MaxBytes = 1 << 20;

    private static readonly ReadingOptions None = new();

    /// <param name="text">Null or empty for no options.</param>
    /// <exception cref="RefusedException">With the path of the member that is wrong; and those of <see cref="JsonText.Check"/>.</exception>
    public ReadingOptions Read(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return None;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        JsonText.Check(bytes, "options");
        ReadingOptions options;
        try
        {
            options = JsonSerializer.Deserialize<ReadingOptions>(bytes, json.Value.SerializerOptions)
                ?? throw new RefusedException(
                    "nullNotAllowed", "options", "options cannot be null. Leave it out to have everything detected.");
        }
        catch (JsonException failure)
        {
            var faults = JsonFaults.Find(bytes, json.Value.SerializerOptions.GetTypeInfo(typeof(ReadingOptions)));
            throw new RefusedException(
                faults.Count > 0 ? [.. faults.Select(WithinOptions)] : [WithinOptions(JsonFaults.Malformed(failure))]);
        }

        options.Check();
        return options;
    }

    private static Fault WithinOptions(Fault fault) => fault with
    {
        Field = fault.Field is null ? "options" : $"options.{fault.Field}",
        Message = fault.Field is null ? $"options: {fault.Message}" : fault.Message,
    };
}
