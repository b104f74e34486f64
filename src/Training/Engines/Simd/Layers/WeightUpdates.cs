using System.Runtime.CompilerServices;
using Velodrome.Training.Engines.Simd.Matrices;
using Velodrome.Training.Engines.Simd.Threads;
using Velodrome.Training.Engines.Simd.Vectors;

namespace Velodrome.Training.Engines.Simd.Layers;

/// <summary>
/// Accumulates gradients and updates weights, block by block. When a batch comes in two halves, the first half to reach a block stores
/// its gradients in the block's sum, and the other half adds its own. x + y is y + x, so the result does not depend on which was first.
/// A block that has both may be updated by any thread: no other block's update needs the old weights.
/// </summary>
internal sealed class WeightUpdates<TVector>
    where TVector : struct, IVector<TVector>
{
    /// <summary>States of a block in a step: no half has begun, one has begun, one has stored its gradients, both have.</summary>
    private const int Untouched = 0, Accumulating = 1, OneHalfDone = 2, Complete = 3;

    /// <summary>Ints from one block's state to the next: two cache lines, as processors fetch lines in pairs.</summary>
    private const int StateStride = 32;

    private readonly ILayer<TVector>[] _layers;
    private readonly Optimizer<TVector> _optimizer;
    private readonly ThreadTeam? _team;
    private readonly (int Layer, int Block, int SumAt)[] _blocks;
    private readonly AlignedBuffer _sums;
    private readonly int[] _states;
    private int _halves;
    private CancellationToken _cancellationToken;

    /// <param name="layers">The layers whose weights are updated.</param>
    /// <param name="optimizer">Turns gradients into updates.</param>
    /// <param name="hasHalves">Whether a batch may come in halves.</param>
    /// <param name="team">The threads that share the halves; null if one thread computes one half after the other.</param>
    public WeightUpdates(ILayer<TVector>[] layers, Optimizer<TVector> optimizer, bool hasHalves, ThreadTeam? team)
    {
        (_layers, _optimizer, _team) = (layers, optimizer, team);
        var end = 0;
        _blocks = [.. from layer in Enumerable.Range(0, layers.Length)
                      from block in Enumerable.Range(0, layers[layer].Blocks)
                      let length = layers[layer].GradientLength
                      select (layer, block, (end += length) - length)];
        _sums = new(hasHalves ? end : 0);
        _states = new int[hasHalves ? _blocks.Length * StateStride : 0];
    }

    /// <summary>Blocks of weights, of all layers together.</summary>
    public int Blocks => _blocks.Length;

    /// <summary>Floats of scratch memory that a thread needs.</summary>
    public int ScratchLength => _layers.Max(layer => layer.GradientLength);

    /// <summary>Begins a step.</summary>
    /// <param name="halves">1 or 2.</param>
    /// <param name="cancellationToken">Once it is cancelled, the step's remaining blocks are skipped.</param>
    public void Begin(int halves, CancellationToken cancellationToken = default) =>
        (_halves, _cancellationToken) = (halves, cancellationToken);

    /// <summary>Discards a step that failed or was cancelled: its half-done blocks would stop the next one.</summary>
    public void Reset() => Array.Clear(_states);

    /// <summary>Accumulates one block's gradients over a half. If the batch is not in halves, updates the block too.</summary>
    /// <param name="number">The block, from 0 to <see cref="Blocks"/> - 1.</param>
    /// <param name="half">Rows that have passed forward and backward.</param>
    /// <param name="scratch">Buffer of <see cref="ScratchLength"/> floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AccumulateGradients(int number, Propagation<TVector> half, ref float scratch)
    {
        // Only a block that has not begun is skipped. So a half never waits for gradients that the other half has skipped.
        if (_cancellationToken.IsCancellationRequested)
        {
            return;
        }

        var (layer, block, sumAt) = _blocks[number];
        var isFirst = _halves > 1 && Interlocked.CompareExchange(ref StateOf(number), Accumulating, Untouched) == Untouched;
        _layers[layer].AccumulateGradients(
            half.InputsOf(layer), half.OutputGradientsOf(layer), half.Rows, block, ref isFirst ? ref _sums[sumAt] : ref scratch);
        if (_halves == 1)
        {
            _layers[layer].ApplyUpdate(block, _optimizer, ref scratch);
        }
        else if (isFirst)
        {
            Volatile.Write(ref StateOf(number), OneHalfDone);
        }
        else if (_team?.WaitFor(ref StateOf(number), OneHalfDone) != false)
        {
            Add(ref _sums[sumAt], ref scratch, _layers[layer].GradientLength);
            Volatile.Write(ref StateOf(number), Complete);
        }
    }

    /// <summary>Updates every block that is complete and that no other thread has updated.</summary>
    /// <param name="fromLast">Whether to begin with the last block instead of the first.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void ApplyUpdates(bool fromLast)
    {
        for (var i = 0; i < _blocks.Length && !_cancellationToken.IsCancellationRequested; i++)
        {
            var number = fromLast ? _blocks.Length - 1 - i : i;
            var (layer, block, sumAt) = _blocks[number];
            if (Interlocked.CompareExchange(ref StateOf(number), Untouched, Complete) == Complete)
            {
                _layers[layer].ApplyUpdate(block, _optimizer, ref _sums[sumAt]);
            }
        }
    }

    private ref int StateOf(int number) => ref _states[number * StateStride];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(ref float sums, ref float addends, int count)
    {
        for (var i = 0; i < count; i += TVector.Width)
        {
            ref var sum = ref Unsafe.Add(ref sums, i);
            TVector.Store(TVector.Load(ref sum) + TVector.Load(ref Unsafe.Add(ref addends, i)), ref sum);
        }
    }
}
