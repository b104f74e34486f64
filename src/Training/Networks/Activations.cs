using System.Numerics.Tensors;

namespace Velodrome.Training.Networks;

/// <summary>Activation functions for prediction. The formulas are PyTorch's.</summary>
public static class Activations
{
    /// <summary>Slope of the leaky ReLU below zero.</summary>
    public const float LeakySlope = 0.01f;

    /// <summary>Applies an activation to every value in place.</summary>
    public static void Apply(Activation activation, Span<float> values)
    {
        if (activation == Activation.Relu)
        {
            TensorPrimitives.Max(values, 0, values);
            return;
        }

        foreach (ref var value in values)
        {
            value = Evaluate(activation, value);
        }
    }

    /// <summary>The value of an activation at <paramref name="x"/>.</summary>
    public static float Evaluate(Activation activation, float x) => activation switch
    {
        Activation.Relu => x <= 0 ? 0 : x,
        Activation.LeakyRelu => x > 0 ? x : LeakySlope * x,
        Activation.Tanh => MathF.Tanh(x),
        Activation.Sigmoid => Sigmoid(x),
        Activation.Silu => x * Sigmoid(x),
        Activation.Elu => x > 0 ? x : float.ExpM1(x),
        Activation.Gelu => x * 0.5f * (1 + (float)Erf.Evaluate(x / Math.Sqrt(2))),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, null),
    };

    private static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));
}
