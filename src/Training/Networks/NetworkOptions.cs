using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Velodrome.Training.Networks;

/// <summary>The nonlinear function after each hidden layer; without it any number of layers is one linear function.</summary>
public enum Activation
{
    Relu,
    Tanh,
    Sigmoid,
    Elu,
    Silu,
    Gelu,
    LeakyRelu,
}

/// <summary>The network: a stack of dense layers.</summary>
public sealed record NetworkOptions
{
    /// <summary>Largest number of hidden layers.</summary>
    public const int MaxHiddenLayers = 16;

    /// <summary>Largest number of units in a layer.</summary>
    public const int MaxUnits = 4096;

    /// <summary>Number of units of each hidden layer, first layer first; each 1 to 4096, at most 16 layers. An empty list trains a linear
    /// model (in a form: none). Default [64, 32], and more units for more than 10 classes or with the preset best.</summary>
    [MaxLength(MaxHiddenLayers), EachInRange(1, MaxUnits)]
    public IReadOnlyList<int> Hidden
    {
        get;
        init => (field, NamesHidden) = (value, true);
    } = [64, 32];

    /// <summary>Whether a request names the hidden layers.</summary>
    [JsonIgnore]
    public bool NamesHidden { get; private init; }

    /// <summary>Activation after every hidden layer. Default relu.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>Share of the hidden units that are switched off at random in every training step, 0 to 0.9. Default 0; 0.1 with the
    /// preset best.</summary>
    [Range(0.0, 0.9)]
    public double Dropout
    {
        get;
        init => (field, NamesDropout) = (value, true);
    }

    /// <summary>Whether a request names the dropout.</summary>
    [JsonIgnore]
    public bool NamesDropout { get; private init; }
}
