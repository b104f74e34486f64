namespace Velodrome.Api.Datasets.Formats.Archives;

/// <summary>The checksum of zip archives: CRC-32 of ISO 3309, with the polynomial 0xEDB88320, lowest bit first.</summary>
internal sealed class Crc32
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(octet => Shift((uint)octet))];

    private uint _state = uint.MaxValue;

    public uint Value => ~_state;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        foreach (var octet in bytes)
        {
            _state = Table[(byte)(_state ^ octet)] ^ (_state >> 8);
        }
    }

    private static uint Shift(uint remainder)
    {
        for (var bit = 0; bit < 8; bit++)
        {
            remainder = (remainder >> 1) ^ ((remainder & 1) * 0xEDB88320);
        }

        return remainder;
    }
}
