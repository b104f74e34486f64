using Velodrome.Training.Splits;

namespace Velodrome.Training.Tests.Splits;

public class SplitTests
{
    /// <summary>Python: hashlib.sha256(b"abc" + struct.pack("&lt;iii", 2, 0, 1) + struct.pack("&lt;ii", 1, 2) +
    /// struct.pack("&lt;iii", 2, 4, 3)).digest()[:8].hex(); then without test rows (only their number, 0), and of two datasets
    /// (b"abc def"). Databases contain such fingerprints.</summary>
    [Fact]
    public void A_fingerprint_stays_the_same()
    {
        Assert.Equal("96f11de0ccec7137", new Split([0, 1], [2], [4, 3]).Fingerprint("abc"));
        Assert.Equal("ca5d8a2136808062", new Split([0, 1], [2], []).Fingerprint("abc"));
        Assert.Equal("4d200414120a5aa2", new Split([0, 1], [2], []).Fingerprint("abc", "def"));
    }

    [Fact]
    public void Other_data_or_other_rows_have_another_fingerprint()
    {
        string[] fingerprints =
        [
            new Split([0, 1, 2], [3], []).Fingerprint("abc"),
            new Split([0, 1, 2], [3], []).Fingerprint("abd"),
            new Split([0, 1, 2], [3], []).Fingerprint("abc", "abc"),
            new Split([0, 1], [2, 3], []).Fingerprint("abc"),
            new Split([0, 1], [3], []).Fingerprint("abc"),
            new Split([0, 1], [3], [2]).Fingerprint("abc"),
            new Split([0, 1], [2], [3]).Fingerprint("abc"),
            new Split([0, 1, 3], [2], []).Fingerprint("abc"),
            new Split([3], [0, 1, 2], []).Fingerprint("abc"),
        ];

        Assert.Equal(fingerprints, fingerprints.Distinct());
    }

    [Fact]
    public void The_same_rows_have_one_fingerprint_however_they_were_chosen()
    {
        string FingerprintOf(SplitOptions options) => SplitterTests.SplitRows(options, 8).Fingerprint("abc");

        var expected = FingerprintOf(new() { Split = SplitKind.Last, Fraction = 0.25 });
        Assert.Equal(expected, FingerprintOf(new() { Split = SplitKind.Rows, Rows = [7, 6] }));
        Assert.Equal(expected, FingerprintOf(new() { Split = SplitKind.Last, Fraction = 0.28 }));
    }
}
