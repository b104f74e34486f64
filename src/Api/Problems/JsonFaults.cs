using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Velodrome.Training;

namespace Velodrome.Api.Problems;

/// <summary>
/// Everything in which a JSON body differs from the type it should be. The serializer stops at the first difference and
/// describes it in terms of .NET types; this walks body and type side by side, and only once the serializer has refused.
/// </summary>
internal sealed class JsonFaults
{
    public static readonly Fault EmptyBody = new("emptyBody", null, "The body is empty: send a JSON object. /swagger shows one that works.");

    private readonly JsonTypeInfo _root;
    private readonly List<Fault> _faults = [];

    private JsonFaults(JsonTypeInfo root) => _root = root;

    public static IReadOnlyList<Fault> Find(ReadOnlyMemory<byte> body, JsonTypeInfo type)
    {
        if (body.Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            return [EmptyBody];
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            var faults = new JsonFaults(type);
            faults.Visit(document.RootElement, type, null);
            return faults._faults;
        }
        catch (JsonException malformed)
        {
            return [Malformed(malformed)];
        }
    }

    /// <summary>The body is no JSON at all.</summary>
    public static Fault Malformed(JsonException malformed)
    {
        var reason = malformed.Message.Split([" LineNumber:", " Path:"], StringSplitOptions.None)[0].TrimEnd('.', ' ');
        return new("malformedJson", null, $"The body is no valid JSON, at line {malformed.LineNumber + 1}, column {malformed.BytePositionInLine + 1}: {reason}.");
    }

    private void Visit(JsonElement value, JsonTypeInfo type, string? path)
    {
        switch (type.Kind, value.ValueKind)
        {
            case (JsonTypeInfoKind.Object, JsonValueKind.Object):
                VisitMembers(value, type, path);
                break;
            case (JsonTypeInfoKind.Enumerable, JsonValueKind.Array):
                var number = 0;
                foreach (var item in value.EnumerateArray())
                {
                    Visit(item, type.Options.GetTypeInfo(type.ElementType!), $"{path}[{number++}]");
                }

                break;
            case (JsonTypeInfoKind.Dictionary, JsonValueKind.Object):
                foreach (var (name, item) in Unique(value, path))
                {
                    Visit(item, type.Options.GetTypeInfo(type.ElementType!), Join(path, name));
                }

                break;
            default:
                if (!Fits(value, type))
                {
                    _faults.Add(JsonExpectation.Mismatch(value, type.Type, path));
                }

                break;
        }
    }

    private void VisitMembers(JsonElement value, JsonTypeInfo type, string? path)
    {
        var members = type.Properties.Where(property => property.Set is not null || property.AssociatedParameter is not null).ToDictionary(property => property.Name);
        foreach (var (name, item) in Unique(value, path))
        {
            if (!members.Remove(name, out var member))
            {
                _faults.Add(new("unknownField", Join(path, name), JsonMembers.Unknown(name, path, type, _root)));
            }
            else if (item.ValueKind != JsonValueKind.Null)
            {
                Visit(item, type.Options.GetTypeInfo(member.PropertyType), Join(path, name));
            }
            else if (!Nullable(member))
            {
                _faults.Add(new("nullNotAllowed", Join(path, name), $"{Join(path, name)} can't be null: send {JsonExpectation.Describe(member.PropertyType)}{(member.IsRequired ? "" : ", or leave it out for its default")}."));
            }
        }

        foreach (var missing in members.Values.Where(member => member.IsRequired))
        {
            _faults.Add(new("missingField", Join(path, missing.Name), $"{Join(path, missing.Name)} is missing: send {JsonExpectation.Describe(missing.PropertyType)}."));
        }
    }

    private IEnumerable<(string Name, JsonElement Value)> Unique(JsonElement value, string? path)
    {
        var seen = new HashSet<string>();
        foreach (var property in value.EnumerateObject())
        {
            if (seen.Add(property.Name))
            {
                yield return (property.Name, property.Value);
            }
            else
            {
                _faults.Add(new("duplicateField", Join(path, property.Name), $"{Join(path, property.Name)} stands there twice: send it once."));
            }
        }
    }

    private static bool Nullable(JsonPropertyInfo member) =>
        member.IsSetNullable && (!member.PropertyType.IsValueType || System.Nullable.GetUnderlyingType(member.PropertyType) is not null);

    private static bool Fits(JsonElement value, JsonTypeInfo type)
    {
        try
        {
            value.Deserialize(type);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Join(string? path, string name) => path is null ? name : $"{path}.{name}";
}
