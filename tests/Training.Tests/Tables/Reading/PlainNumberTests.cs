using System.Globalization;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Training.Tests.Tables.Reading;

/// <summary>A number is read as .NET reads it, to the last bit.</summary>
public class PlainNumberTests
{
    [Theory]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("+1")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("-.5")]
    [InlineData("0.1")]
    [InlineData("00.10")]
    [InlineData("999999999999999")]
    [InlineData("9007199254740993")]
    [InlineData("0.30000000000000004")]
    [InlineData("123456789.123456")]
    [InlineData("-123456789012.345")]
    [InlineData("0.000000000000001")]
    [InlineData("1e5")]
    [InlineData("1E-400")]
    [InlineData("1e999")]
    [InlineData(" 7 ")]
    [InlineData("7\t")]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("-")]
    [InlineData("+")]
    [InlineData("-.")]
    [InlineData("1.2.3")]
    [InlineData("1,5")]
    [InlineData("--1")]
    [InlineData("1-")]
    [InlineData("0x1F")]
    [InlineData("1_000")]
    [InlineData("\u0661")] // a digit of Arabic
    [InlineData("abc")]
    public void A_text_is_read_as_by_the_framework(string text) => AssertSame(text);

    [Fact]
    public void Random_decimals_are_read_as_by_the_framework()
    {
        var random = new System.Random(1);
        for (var i = 0; i < 200_000; i++)
        {
            var digits = random.NextInt64((long)Math.Pow(10, random.Next(1, 18))).ToString(CultureInfo.InvariantCulture);
            var point = random.Next(digits.Length + 1);
            AssertSame((random.Next(2) == 0 ? "-" : "") + digits[..point] + (random.Next(4) == 0 ? "" : ".") + digits[point..]);
        }
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("-infinity")]
    [InlineData("+Infinity")]
    [InlineData("∞")]
    public void A_word_is_no_number(string text) => Assert.False(PlainNumber.TryRead(System.Text.Encoding.UTF8.GetBytes(text), out _));

    private static void AssertSame(string text)
    {
        var utf8 = System.Text.Encoding.UTF8.GetBytes(text);
        var isNumber = double.TryParse(utf8, NumberStyles.Float, CultureInfo.InvariantCulture, out var expected);

        Assert.Equal(isNumber, PlainNumber.TryRead(utf8, out var value));
        Assert.True(!isNumber || BitConverter.DoubleToInt64Bits(expected) == BitConverter.DoubleToInt64Bits(value), $"{text}: {value:R}");
    }
}
