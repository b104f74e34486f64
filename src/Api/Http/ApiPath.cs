using System.Text.Json;
using System.Text.Json.Serialization;

namespace Velodrome.Api.Http;

/// <summary>The path of an operation in an answer. It is written with the prefix under which the client has called the service.</summary>
[JsonConverter(typeof(Converter))]
public readonly record struct ApiPath(string Path)
{
    public static implicit operator ApiPath(string path) => new(path);

    public override string ToString() => Path;

    private sealed class Converter : JsonConverter<ApiPath>
    {
        private static readonly HttpContextAccessor Current = new();

        public override ApiPath Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString()!;

        public override void Write(Utf8JsonWriter writer, ApiPath value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Current.HttpContext?.Request.PathBase.Value + value.Path);
    }
}
