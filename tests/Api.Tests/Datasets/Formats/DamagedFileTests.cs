using Velodrome.Training;

namespace Velodrome.Api.Tests.Datasets.Formats;

/// <summary>Files that are cut off or have wrong bits: each is read or refused, and nothing else.</summary>
public sealed class DamagedFileTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    /// <summary>VELODROME_FUZZ_FILES=20000 tests so many files of each format instead of a few.</summary>
    private static readonly int Files =
        int.TryParse(Environment.GetEnvironmentVariable("VELODROME_FUZZ_FILES"), out var files) ? files : 60;

    [Theory]
    [InlineData("ndjson")]
    [InlineData("parquet")]
    [InlineData("parquet-gzip")]
    [InlineData("parquet-zstd")]
    [InlineData("parquet-brotli")]
    [InlineData("parquet-lz4")]
    [InlineData("parquet-none")]
    [InlineData("arrow")]
    [InlineData("arrow-types")]
    [InlineData("arrow-stream")]
    [InlineData("arrow-lz4")]
    [InlineData("arrow-zstd")]
    [InlineData("xlsx")]
    [InlineData("csv.gz")]
    [InlineData("csv.zip")]
    public async Task A_damaged_file_is_read_or_refused(string format)
    {
        var file = SampleFiles.Of(format);
        var random = new Random(format.Length * 1000 + format[0]);
        var refused = 0;
        for (var number = 0; number < Files; number++)
        {
            var damaged = Damage(file, random, number);
            try
            {
                await using var table = await Converting.Convert(app, damaged, new(null, "a." + format));
            }
            catch (RefusedException)
            {
                refused++;
            }
            catch (Exception failure)
            {
                var copy = Path.Combine(Path.GetTempPath(), $"velodrome-{format}-{number}");
                await File.WriteAllBytesAsync(copy, damaged);
                Assert.Fail($"{copy}: {failure}");
            }
        }

        Assert.InRange(refused, Files / 4, Files);
    }

    private static byte[] Damage(byte[] file, Random random, int number)
    {
        if (number % 3 == 0)
        {
            return file[..random.Next(file.Length)];
        }

        var damaged = (byte[])file.Clone();
        for (var flips = random.Next(1, 8); flips > 0; flips--)
        {
            damaged[random.Next(file.Length)] = number % 3 == 1 ? (byte)random.Next(256) : (byte)(random.Next(2) * 255);
        }

        return damaged;
    }
}
