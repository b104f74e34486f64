using System.Runtime.CompilerServices;

namespace Velodrome.Training.Engines.Simd;

/// <summary>
/// Learns block by block of the weights. Where a batch comes in two halves, who has gathered a block's gradients over the first half
/// to get there leaves them; who comes with the other half adds them to its own and updates the weights. As x + y is y + x, the bits
/// do not depend on which half was first, and as both are through with the old weights by then, nobody misses them.
/// </summary>
internal sealed class Learning<TVector>
    where TVector : struct, IVector<TVector>
{
    /// <summary>What is known of a block: no half was there yet, one is, one has left its gradients.</summary>
    private const int Unseen = 0, Gathering = 1, Left = 2;

    /// <summary>From one state to the next, in ints: each has a line of the cache, and the one beside it, to itself.</summary>
    private const int Apart = 32;

    private readonly ILayer<TVector>[] _layers;
    private readonly Optimizer<TVector> _optimizer;
    private readonly (int Layer, int Block, int LeftAt)[] _blocks;
    private readonly Memory _left;
    private readonly int[] _states;
    private int _halves;

    /// <param name="layers">Who learns.</param>
    /// <param name="optimizer">Makes steps of gradients.</param>
    /// <param name="hasHalves">Whether a batch may come in halves.</param>
    public Learning(ILayer<TVector>[] layers, Optimizer<TVector> optimizer, bool hasHalves)
    {
        (_layers, _optimizer) = (layers, optimizer);
        var length = 0;
        _blocks = [.. from layer in Enumerable.Range(0, layers.Length)
                      from block in Enumerable.Range(0, layers[layer].Blocks)
                      select (layer, block, (length += layers[layer].GradientLength) - layers[layer].GradientLength)];
        _left = new(hasHalves ? length : 0);
        _states = new int[hasHalves ? _blocks.Length * Apart : 0];
    }

    /// <summary>Blocks of weights.</summary>
    public int Blocks => _blocks.Length;

    /// <summary>Floats that whoever learns needs for itself.</summary>
    public int ScratchLength => _layers.Max(layer => layer.GradientLength);

    /// <summary>Begins a step.</summary>
    /// <param name="halves">1 or 2.</param>
    public void Begin(int halves) => _halves = halves;

    /// <summary>Gathers one block's gradients over a half, and if the other half was here before, learns.</summary>
    /// <param name="number">Which block.</param>
    /// <param name="half">Rows that have been forward and back.</param>
    /// <param name="scratch">Room for <see cref="ScratchLength"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Learn(int number, Propagation<TVector> half, ref float scratch)
    {
        var (layer, block, leftAt) = _blocks[number];
        var isFirst = _halves > 1 && Interlocked.CompareExchange(ref _states[number * Apart], Gathering, Unseen) == Unseen;
        _layers[layer].Gather(half.InputsOf(layer), half.SlopesOf(layer), half.Rows, block, ref scratch);
        if (isFirst)
        {
            Copy(ref scratch, ref _left[leftAt], _layers[layer].GradientLength);
            Volatile.Write(ref _states[number * Apart], Left);
            return;
        }

        if (_halves > 1)
        {
            for (var wait = new SpinWait(); Volatile.Read(ref _states[number * Apart]) != Left;)
            {
                wait.SpinOnce(sleep1Threshold: -1);
            }

            Add(ref scratch, ref _left[leftAt], _layers[layer].GradientLength);
            _states[number * Apart] = Unseen;
        }

        _layers[layer].Learn(block, _optimizer, ref scratch);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Copy(ref float from, ref float to, int count)
    {
        for (var i = 0; i < count; i += TVector.Width)
        {
            TVector.Store(TVector.Load(ref Unsafe.Add(ref from, i)), ref Unsafe.Add(ref to, i));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(ref float to, ref float from, int count)
    {
        for (var i = 0; i < count; i += TVector.Width)
        {
            TVector.Store(TVector.Load(ref Unsafe.Add(ref to, i)) + TVector.Load(ref Unsafe.Add(ref from, i)), ref Unsafe.Add(ref to, i));
        }
    }
}
