namespace Velodrome.Training.Engines;

/// <summary>What carries the arithmetic out. From the same weights and the same rows, engines agree to rounding.</summary>
public enum EngineKind
{
    /// <summary>libtorch, through TorchSharp: the reference.</summary>
    Torch,

    /// <summary>Vectorised C#, much faster for small networks.</summary>
    Simd,

    /// <summary>The one that was measured to be faster for the network's size; the run says which that is.</summary>
    Auto,
}
