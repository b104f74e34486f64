using System.Text;

namespace Velodrome.Fuzz.Generators;

/// <summary>Changes bytes without regard to their meaning.</summary>
internal static class ByteMutator
{
    private static readonly byte[][] Insertions =
    [
        [0], [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0x1F, 0x8B, 0x08], .. new[]
        {
            "\"", "\\u0000", "\\ud800", ",", ",,", "\n", "\r", "{", "}", "[", "]", ":", "e999", " ", "\t", "\u2028",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    public static byte[] Mutate(byte[] bytes, Dice dice)
    {
        var result = bytes.ToList();
        for (var times = dice.Between(1, 3); times > 0; times--)
        {
            var position = dice.Below(result.Count + 1);
            switch (dice.Below(5))
            {
                case 0:
                    result.RemoveRange(position, result.Count - position);
                    break;
                case 1 when position < result.Count:
                    result.RemoveRange(position, Math.Min(dice.Between(1, 8), result.Count - position));
                    break;
                case 2 when position < result.Count:
                    result[position] = dice.Octet();
                    break;
                case 3:
                    result.InsertRange(0, dice.Pick(Insertions));
                    break;
                default:
                    result.InsertRange(position, dice.Pick(Insertions));
                    break;
            }
        }

        return [.. result];
    }
}
