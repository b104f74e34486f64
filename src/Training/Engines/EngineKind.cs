namespace Velodrome.Training.Engines;

/// <summary>The implementation that trains. From the same weights and rows, all engines agree to rounding.</summary>
public enum EngineKind
{
    /// <summary>libtorch, through TorchSharp: the reference.</summary>
    Torch,

    /// <summary>Vectorised C#, much faster for small networks.</summary>
    Simd,

    /// <summary>The engine that was measured to be faster for the network's size. The run's spec shows which one it is.</summary>
    Auto,
}
