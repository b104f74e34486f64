using Velodrome.Training.Tables.Reading;
using Velodrome.Training.Tables.Reading.Detection;

namespace Velodrome.Training.Tests.Tables.Reading;

public class DialectDetectorTests
{
    private static readonly Detected<TextEncoding> Utf8 = new(TextEncoding.Utf8, Certainty.Certain, "");

    [Theory]
    [InlineData("a,b\n1,2\n3,4\n", ',')]
    [InlineData("a;b\n1,5;2,5\n3,5;4,5\n", ';')]
    [InlineData("\"a\";\"b\"\n1;2\n", ';')]
    [InlineData("a\tb\n1\t2\n", '\t')]
    [InlineData("a|b\n1|2\n", '|')]
    [InlineData("a  b   c\n1 2    3\n10 20 30\n", ' ')]
    [InlineData("name age city\nann 5 rome\nbob 6 oslo\n", ' ')] // most of its fields are texts
    [InlineData("sep=;\na;b\n1;2\n", ';')]
    [InlineData("hours\n1,5\n2,5\n", ';')] // one column with a decimal comma
    [InlineData("a,b\n1\n", ',')] // a row with a mistake
    [InlineData("text\nhello; world\nbye\n", ',')] // one column of text
    [InlineData("name\nJohn Smith\nJane Doe\n", ',')]
    [InlineData("a,text\n1,x;y\n2,z;w\n", ',')]
    public void The_delimiter_is_the_one_that_divides_every_row(string text, char delimiter) =>
        Assert.Equal(delimiter, Detect(text).Dialect.Delimiter);

    [Theory]
    [InlineData("a,b\n1,2\n3,4\n", true, Certainty.Certain)]
    [InlineData("a,b\n1,2\n", true, Certainty.Certain)]
    [InlineData("5.1,3.5,setosa\n4.9,3.0,setosa\n6.2,2.9,virginica\n", false, Certainty.Likely)]
    [InlineData("1.5,2\n3,4\n5,6\n", false, Certainty.Likely)]
    [InlineData("1,2\n3,4\n5,6\n", false, Certainty.Likely)] // every row counts up
    [InlineData("3,?,alfa,111\n2,164,audi,154\n1,158,alfa,110\n0,192,bmw,121\n", false, Certainty.Likely)]
    [InlineData("3,NA,lada,111\n2,164,audi,154\n1,158,alfa,110\n", false, Certainty.Guess)] // lada could be a name
    [InlineData("2024-01-01,5\n2024-01-02,6\n2024-01-03,7\n", false, Certainty.Likely)]
    [InlineData("when,n\n2024-01-02,x\n2024-01-03 10:00,y\n", true, Certainty.Certain)]
    [InlineData("country,1990,1991\nA,1,2\nB,3,4\n", true, Certainty.Guess)] // years are names, or values
    [InlineData("country,1990,2000,2005\nA,1,2,7\nB,3,4,8\n", true, Certainty.Guess)]
    [InlineData("country,1990\nA,1985\nB,1970\n", false, Certainty.Guess)] // years above years
    [InlineData("name,2024-01-01,2024-01-02\nA,1,2\nB,3,4\n", true, Certainty.Likely)] // dates above numbers
    [InlineData("0,1,2\n5,6,7\n8,9,1\n", true, Certainty.Guess)] // pandas numbers columns without a name
    [InlineData("dose,5,10,25\n1,2,7,3\n2,3,4,8\n", true, Certainty.Guess)]
    [InlineData("#,%\n1,2\n3,4\n", true, Certainty.Likely)]
    [InlineData("x,y\nred,blue\ngreen,blue\n", true, Certainty.Likely)]
    [InlineData("red,blue\ngreen,blue\nred,blue\n", false, Certainty.Likely)] // the first row again
    [InlineData("a,b\n1,2\na,b\n3,4\n", true, Certainty.Certain)] // two files, one behind the other
    [InlineData("p,x\np,y\ne,x\n", false, Certainty.Guess)]
    public void The_first_row_is_a_header_unless_it_is_like_the_rows_below(string text, bool hasHeader, Certainty certainty)
    {
        var detected = Detect(text);

        Assert.Equal((hasHeader, certainty), (detected.Dialect.HasHeader, detected.Header.Certainty));
        Assert.Equal(
            !hasHeader ? ["noHeader"] : certainty == Certainty.Guess ? ["headerGuessed"] : [], detected.Notes.Select(note => note.Code));
    }

    [Theory]
    [InlineData("Sales of 2024\n\nday,amount\nMo,1\nTu,2\nWe,3\n", 2)]
    [InlineData("Sales,,\n,,\nday,amount,tax\nMo,1,1\nTu,2,1\n", 2)]
    [InlineData("a,b\n1,2\n3,4\n", 0)]
    [InlineData("a,b\n1,2\n3,4,5\n3,4,5\n3,4,5\n", 0)] // a file with a mistake, not with a title of two lines
    public void Lines_above_the_header_are_left_out(string text, int lines) => Assert.Equal(lines, Detect(text).Dialect.SkippedLines);

    [Theory]
    [InlineData("first last\nAnn Smith\nBob Jones\n", true)] // one column of names, or two
    [InlineData("name\nAnn Smith\nBob Jones\n", false)]
    public void A_column_that_spaces_would_divide_is_a_guess(string text, bool isGuess)
    {
        var detected = Detect(text);

        Assert.Equal(isGuess ? Certainty.Guess : Certainty.Certain, detected.Delimiter.Certainty);
        Assert.Equal(isGuess, detected.Notes.Any(note => note.Code == "delimiterGuessed"));
    }

    [Fact]
    public void Comment_lines_row_names_and_trailing_delimiters_are_found()
    {
        Assert.Equal('#', Detect("# made by x\n# at noon\na,b\n1,2\n3,4\n").Dialect.Comment);
        Assert.Null(Detect("#id,b\n1,2\n3,4\n").Dialect.Comment);
        Assert.True(Detect("\"mpg\",\"cyl\"\n\"Mazda RX4\",21,6\n\"Datsun\",22.8,4\n").Dialect.HasRowNames);
        Assert.True(Detect("a,b\n1,2,\n3,4,\n").Dialect.HasTrailingDelimiter);
        Assert.False(Detect("a,b\n1,2,3\n1,5,6\n").Dialect.HasRowNames);
    }

    [Fact]
    public void Single_quotes_are_found_where_a_value_contains_the_delimiter() =>
        Assert.Equal('\'', Detect("a,b\n'x, y',1\n'z',2\n").Dialect.Quote);

    [Fact]
    public void What_is_set_is_kept()
    {
        var dialect = Detect("a;b\n1;2\n3;4\n", new() { Delimiter = "comma", Header = false, SkipLines = 1, Comment = "%" }).Dialect;

        Assert.Equal((',', false, 1, '%'), (dialect.Delimiter, dialect.HasHeader, dialect.SkippedLines, dialect.Comment));
    }

    [Theory]
    [InlineData("utf-8", TextEncoding.Utf8)]
    [InlineData("utf-16", TextEncoding.Utf16LittleEndian)]
    [InlineData("utf-16BE", TextEncoding.Utf16BigEndian)]
    [InlineData("latin1", TextEncoding.Windows1252)]
    public void The_encoding_is_found_in_blocks_of_any_length(string name, TextEncoding encoding)
    {
        var bytes = System.Text.Encoding.GetEncoding(name).GetBytes("name,größe\ncafé,1\nnaïve,2\n");
        for (var length = 1; length <= bytes.Length; length++)
        {
            var detector = new EncodingDetector();
            foreach (var block in bytes.Chunk(length))
            {
                detector.Observe(block);
            }

            Assert.Equal(encoding, detector.Detect().Value);
        }
    }

    [Fact]
    public void Two_encodings_in_one_file_are_refused_wherever_the_blocks_end()
    {
        byte[] bytes = [.. "a\nü\n"u8, .. System.Text.Encoding.Latin1.GetBytes("é\n")];
        for (var length = 1; length <= bytes.Length; length++)
        {
            var detector = new EncodingDetector();
            foreach (var block in bytes.Chunk(length))
            {
                detector.Observe(block);
            }

            Assert.Equal("mixedEncodings", Assert.Throws<RefusedException>(detector.Detect).Faults[0].Code);
        }
    }

    private static DetectedDialect Detect(string text, ReadingOptions? options = null) =>
        DialectDetector.Detect(text, isComplete: true, Utf8, options ?? new());
}
