using System.Runtime.CompilerServices;
using Velodrome.Training.Engines.Simd.Matrices;
using Velodrome.Training.Engines.Simd.Vectors;

namespace Velodrome.Training.Engines.Simd.Layers;

/// <summary>
/// Learns block by block of the weights. Where a batch comes in two halves, who is first to gather a block's gradients over its half
/// leaves them, and who comes with the other half adds its own: as x + y is y + x, the bits do not depend on which half was first.
/// Learning from the sum is for whoever is through with a half, so that the quicker thread learns more; nobody needs the old weights by then.
/// </summary>
internal sealed class WeightUpdates<TVector>
    where TVector : struct, IVector<TVector>
{
    /// <summary>What is known of a block: no half was there yet, one is, one has left its gradients, both have.</summary>
    private const int Untouched = 0, Accumulating = 1, OneHalfDone = 2, Complete = 3;

    /// <summary>From one state to the next, in ints: each has a line of the cache, and the one beside it, to itself.</summary>
    private const int StateStride = 32;

    private readonly ILayer<TVector>[] _layers;
    private readonly Optimizer<TVector> _optimizer;
    private readonly (int Layer, int Block, int At)[] _blocks;
    private readonly AlignedBuffer _sums;
    private readonly int[] _states;
    private int _halves;

    /// <param name="layers">Who learns.</param>
    /// <param name="optimizer">Makes steps of gradients.</param>
    /// <param name="hasHalves">Whether a batch may come in halves.</param>
    public WeightUpdates(ILayer<TVector>[] layers, Optimizer<TVector> optimizer, bool hasHalves)
    {
        (_layers, _optimizer) = (layers, optimizer);
        var length = 0;
        _blocks = [.. from layer in Enumerable.Range(0, layers.Length)
                      from block in Enumerable.Range(0, layers[layer].Blocks)
                      select (layer, block, (length += layers[layer].GradientLength) - layers[layer].GradientLength)];
        _sums = new(hasHalves ? length : 0);
        _states = new int[hasHalves ? _blocks.Length * StateStride : 0];
    }

    /// <summary>Blocks of weights.</summary>
    public int Blocks => _blocks.Length;

    /// <summary>Floats that whoever gathers needs for itself.</summary>
    public int ScratchLength => _layers.Max(layer => layer.GradientLength);

    /// <summary>Begins a step.</summary>
    /// <param name="halves">1 or 2.</param>
    public void Begin(int halves) => _halves = halves;

    /// <summary>Gathers one block's gradients over a half. A batch that is not in halves learns from them at once.</summary>
    /// <param name="number">Which block.</param>
    /// <param name="half">Rows that have been forward and back.</param>
    /// <param name="scratch">Room for <see cref="ScratchLength"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AccumulateGradients(int number, Propagation<TVector> half, ref float scratch)
    {
        var (layer, block, at) = _blocks[number];
        var isFirst = _halves > 1 && Interlocked.CompareExchange(ref _states[number * StateStride], Accumulating, Untouched) == Untouched;
        _layers[layer].AccumulateGradients(half.InputsOf(layer), half.OutputGradientsOf(layer), half.Rows, block, ref isFirst ? ref _sums[at] : ref scratch);
        if (_halves == 1)
        {
            _layers[layer].ApplyUpdate(block, _optimizer, ref scratch);
        }
        else if (isFirst)
        {
            Volatile.Write(ref _states[number * StateStride], OneHalfDone);
        }
        else
        {
            for (var wait = new SpinWait(); Volatile.Read(ref _states[number * StateStride]) != OneHalfDone;)
            {
                wait.SpinOnce(sleep1Threshold: -1);
            }

            Add(ref _sums[at], ref scratch, _layers[layer].GradientLength);
            Volatile.Write(ref _states[number * StateStride], Complete);
        }
    }

    /// <summary>Learns from what is complete and not yet taken.</summary>
    /// <param name="fromLast">Whether to begin with the last block or the first.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void ApplyUpdates(bool fromLast)
    {
        for (var i = 0; i < _blocks.Length; i++)
        {
            var number = fromLast ? _blocks.Length - 1 - i : i;
            var (layer, block, at) = _blocks[number];
            if (Interlocked.CompareExchange(ref _states[number * StateStride], Untouched, Complete) == Complete)
            {
                _layers[layer].ApplyUpdate(block, _optimizer, ref _sums[at]);
            }
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
