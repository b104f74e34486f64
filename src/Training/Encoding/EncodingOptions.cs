using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Velodrome.Training.Encoding;

/// <summary>The network inputs that a column of numbers gets.</summary>
public enum NumberInputs
{
    /// <summary>Piecewise where there are enough training rows, otherwise plain.</summary>
    Auto,

    /// <summary>The standardised number.</summary>
    Plain,

    /// <summary>The standardised number, and its position within each of several bins.</summary>
    Piecewise,
}

/// <summary>The network inputs that a column of dates gets.</summary>
public enum DateInputs
{
    /// <summary>The elapsed time, and the position in the year, the week and the day.</summary>
    Calendar,

    /// <summary>The elapsed time only.</summary>
    Elapsed,
}

/// <summary>How columns become network inputs.</summary>
public sealed record EncodingOptions
{
    /// <summary>The inputs of a number or date: plain (standardised); piecewise, which adds an input for each of several bins, so that
    /// the network can bend where the rows are many and where the target changes; or auto: piecewise from 300 training rows on, unless the
    /// inputs would take more than 400 MB. Default auto.</summary>
    public NumberInputs Numbers { get; init; } = NumberInputs.Auto;

    /// <summary>The number of bins with equally many rows in a piecewise encoding, 2 to 64. Columns with repeated values have fewer. Up to
    /// 7 further bounds divide them where the target changes. Default 8.</summary>
    [Range(2, 64)]
    public int? Bins { get; init; }

    /// <summary>The inputs of a date: elapsed (a number of seconds, encoded as numbers are); or calendar, which adds the position in the
    /// year, the week and the day, of those that the training rows pass at least twice. Default calendar.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] // runs without dates have none
    public DateInputs? Dates { get; init; }
}
