namespace Velodrome.Training.Engines;

/// <summary>What carries the arithmetic out. From the same weights and the same rows, engines agree to rounding.</summary>
public enum EngineKind
{
    /// <summary>libtorch, through TorchSharp: the reference.</summary>
    Torch,

    /// <summary>Vectorised C#, much faster for small networks.</summary>
    Simd,
}
