using System.ComponentModel.DataAnnotations;

namespace Velodrome.Training;

/// <summary>Requires every number of a list to be in a range, both ends included.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class EachInRangeAttribute(int minimum, int maximum) : ValidationAttribute
{
    /// <summary>Smallest number allowed.</summary>
    public int Minimum { get; } = minimum;

    /// <summary>Largest number allowed.</summary>
    public int Maximum { get; } = maximum;

    public override bool IsValid(object? value) =>
        value is not IEnumerable<int> numbers || numbers.All(number => number >= Minimum && number <= Maximum);

    public override string FormatErrorMessage(string name) => $"Every number of {name} must be between {Minimum} and {Maximum}.";
}
