using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Velodrome.Training;

namespace Velodrome.Api.Problems;

/// <summary>
/// Finds everything in which a JSON body differs from the type that it is read as. The serializer stops at the first difference and
/// describes it in terms of .NET types. This class compares the whole body with the type, and runs only after the serializer has failed.
/// </summary>
internal sealed class JsonFaults
{
    public static readonly Fault EmptyBody = new("emptyBody", null, "The body is empty. Send a JSON object; /swagger shows an example.");

    private readonly JsonTypeInfo _root;
    private readonly List<Fault> _faults = [];

    private JsonFaults(JsonTypeInfo root) => _root = root;

    /// <summary>True when more faults would not be shown.</summary>
    private bool IsFull => _faults.Count > Problem.MaxErrors;

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

    /// <summary>Describes the fault of a body that is not JSON.</summary>
    public static Fault Malformed(JsonException malformed)
    {
        var reason = malformed.Message.Split([" LineNumber:", " Path:"], StringSplitOptions.None)[0].TrimEnd('.', ' ');
        return new Fault("malformedJson", null,
            $"The body is not valid JSON at line {malformed.LineNumber + 1}, column {malformed.BytePositionInLine + 1}: {reason}.");
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
                foreach (var item in value.EnumerateArray().TakeWhile(_ => !IsFull))
                {
                    Visit(item, type.Options.GetTypeInfo(type.ElementType!), $"{path}[{number++}]");
                }

                break;
            case (JsonTypeInfoKind.Dictionary, JsonValueKind.Object):
                foreach (var (name, item) in UniqueMembers(value, path).TakeWhile(_ => !IsFull))
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
        var members = JsonMembers.Of(type).ToDictionary(property => property.Name);
        foreach (var (name, item) in UniqueMembers(value, path).TakeWhile(_ => !IsFull))
        {
            var field = Join(path, name);
            if (!members.Remove(name, out var member))
            {
                _faults.Add(new Fault("unknownField", field, JsonMembers.DescribeUnknown(name, path, type, _root)));
            }
            else if (item.ValueKind != JsonValueKind.Null)
            {
                Visit(item, type.Options.GetTypeInfo(member.PropertyType), field);
            }
            else if (!IsNullable(member))
            {
                var orDefault = member.IsRequired ? "" : ", or leave it out to get its default";
                _faults.Add(new Fault("nullNotAllowed", field,
                    $"{field} cannot be null. Send {JsonExpectation.Describe(member.PropertyType)}{orDefault}."));
            }
        }

        foreach (var missing in members.Values.Where(member => member.IsRequired).TakeWhile(_ => !IsFull))
        {
            var field = Join(path, missing.Name);
            _faults.Add(new Fault("missingField", field, $"{field} is missing. Send {JsonExpectation.Describe(missing.PropertyType)}."));
        }
    }

    private IEnumerable<(string Name, JsonElement Value)> UniqueMembers(JsonElement value, string? path)
    {
        var seen = new HashSet<string>();
        foreach (var property in value.EnumerateObject().TakeWhile(_ => !IsFull))
        {
            if (seen.Add(property.Name))
            {
                yield return (property.Name, property.Value);
            }
            else
            {
                var field = Join(path, property.Name);
                _faults.Add(new Fault("duplicateField", field, $"{field} occurs twice. Send it once."));
            }
        }
    }

    private static bool IsNullable(JsonPropertyInfo member) =>
        member.IsSetNullable && (!member.PropertyType.IsValueType || Nullable.GetUnderlyingType(member.PropertyType) is not null);

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
