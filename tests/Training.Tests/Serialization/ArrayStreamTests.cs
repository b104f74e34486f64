using System.Runtime.InteropServices;
using Velodrome.Training.Serialization;

namespace Velodrome.Training.Tests.Serialization;

public sealed class ArrayStreamTests
{
    private static readonly float[] Floats = [1, -2.5f, float.NaN, float.Epsilon];

    /// <summary>What it reads is what each array has in memory, one after the other.</summary>
    private static readonly byte[] Expected =
        [7, 8, 9, .. BitConverter.GetBytes(1 << 20), .. MemoryMarshal.AsBytes<float>(Floats), 10];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(100)]
    public void Reads_of_any_length_give_the_bytes_of_all_arrays(int length)
    {
        using var stream = NewStream();
        var read = new List<byte>();
        var buffer = new byte[length];

        for (int count; (count = stream.Read(buffer, 0, length)) > 0;)
        {
            read.AddRange(buffer[..count]);
        }

        Assert.Equal(Expected, read);
        Assert.Equal((Expected.Length, Expected.Length), (stream.Length, stream.Position));
    }

    [Fact]
    public void It_is_read_again_from_any_position()
    {
        using var stream = NewStream();
        for (var at = Expected.Length; at >= 0; at--)
        {
            stream.Position = at;
            var rest = new byte[Expected.Length - at];
            stream.ReadExactly(rest);

            Assert.Equal(Expected[at..], rest);
            Assert.Equal(-1, stream.ReadByte());
        }
    }

    private static ArrayStream NewStream() =>
        new(new byte[] { 7, 8, 9 }, Array.Empty<float>(), new[] { 1 << 20 }, Floats, new byte[] { 10 });
}
