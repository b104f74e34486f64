using System.Text;
using System.Text.Json;

namespace Velodrome.Fuzz.Generators;

/// <summary>
/// Copies a JSON document with mistakes: values of other types, missing, unknown and repeated members, deep nesting, and finally changed
/// bytes. The result may be anything from the same document to nonsense.
/// </summary>
internal sealed class JsonMutator(Dice dice, double rate)
{
    private const int MaxDepth = 80; // beyond the reader's limit of 64

    private readonly StringBuilder _json = new();

    /// <param name="json">A valid document.</param>
    /// <param name="dice">Makes all choices.</param>
    public static byte[] Mutate(string json, Dice dice)
    {
        if (dice.Chance(0.25))
        {
            return Encoding.UTF8.GetBytes(json);
        }

        var mutator = new JsonMutator(dice, dice.Pick([0.02, 0.08, 0.3]));
        using var document = JsonDocument.Parse(json);
        mutator.Write(document.RootElement);
        var bytes = Encoding.UTF8.GetBytes($"{mutator._json}");
        return dice.Chance(0.2) ? ByteMutator.Mutate(bytes, dice) : bytes;
    }

    private void Write(JsonElement value)
    {
        if (dice.Chance(rate))
        {
            WriteOdd();
            return;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(value);
                break;
            case JsonValueKind.Array:
                WriteArray(value);
                break;
            default:
                _json.Append(value.GetRawText());
                break;
        }
    }

    private void WriteObject(JsonElement value)
    {
        _json.Append('{');
        var separator = "";
        foreach (var member in value.EnumerateObject())
        {
            if (dice.Chance(rate / 2))
            {
                continue; // a missing member
            }

            for (var times = dice.Chance(rate / 4) ? 2 : 1; times > 0; times--)
            {
                _json.Append(separator).Append(Quote(dice.Chance(rate / 4) ? OddValues.AnyText(dice) : member.Name)).Append(':');
                Write(member.Value);
                separator = ",";
            }
        }

        if (dice.Chance(rate / 2))
        {
            _json.Append(separator).Append(Quote(OddValues.AnyText(dice))).Append(':');
            WriteOdd();
        }

        _json.Append('}');
    }

    private void WriteArray(JsonElement value)
    {
        _json.Append('[');
        var separator = "";
        foreach (var item in value.EnumerateArray())
        {
            for (var times = dice.Chance(rate / 4) ? dice.Between(0, 3) : 1; times > 0; times--)
            {
                _json.Append(separator);
                Write(item);
                separator = ",";
            }
        }

        _json.Append(']');
    }

    private void WriteOdd()
    {
        var depth = dice.Chance(0.1) ? dice.Pick([1, 2, 20, MaxDepth]) : 0;
        _json.Append('[', depth).Append(dice.Below(3) switch
        {
            0 => dice.Pick(OddValues.Numbers),
            1 => dice.Pick(OddValues.Json),
            _ => Quote(OddValues.AnyText(dice)),
        }).Append(']', depth);
    }

    private static string Quote(string text) => JsonSerializer.Serialize(text);
}
