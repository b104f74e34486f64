using System.Numerics.Tensors;
using Velodrome.Training.Random;

namespace Velodrome.Training.Tests.Verdicts;

/// <summary>Draws from the distributions that synthetic runs need.</summary>
public sealed class RandomSampler(RandomStream random)
{
    /// <summary>True with this probability.</summary>
    public bool Chance(double probability) => random.NextDouble() < probability;

    public double Uniform(double low, double high) => low + (high - low) * random.NextDouble();

    public double LogUniform(double low, double high) => low * Math.Pow(high / low, random.NextDouble());

    public int Below(int bound) => random.NextInt(bound);

    public double Normal() => random.NextGaussian();

    /// <summary>Many standard normal numbers at once, which is faster (Box and Muller, both numbers of each pair).</summary>
    public double[] Normals(int count)
    {
        var half = (count + 1) / 2;
        var (radius, angle, normals) = (new double[half], new double[half], new double[2 * half]);
        for (var i = 0; i < half; i++)
        {
            (radius[i], angle[i]) = (1 - random.NextDouble(), 2 * Math.PI * random.NextDouble());
        }

        TensorPrimitives.Log<double>(radius, radius);
        TensorPrimitives.Multiply(radius, -2, radius);
        TensorPrimitives.Sqrt<double>(radius, radius);
        TensorPrimitives.SinCos<double>(angle, normals.AsSpan(0, half), normals.AsSpan(half));
        TensorPrimitives.Multiply<double>(normals.AsSpan(0, half), radius, normals.AsSpan(0, half));
        TensorPrimitives.Multiply<double>(normals.AsSpan(half), radius, normals.AsSpan(half));
        return normals[..count];
    }
}
