using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Velodrome.Training.Encoding;
using Velodrome.Training.Engines;
using Velodrome.Training.Losses;
using Velodrome.Training.Networks;
using Velodrome.Training.Random;

namespace Velodrome.Training.Fitting;

/// <summary>
/// The networks of a run: its members. They differ in their seeds, are trained side by side on the same rows, and answer as one model
/// with their averaged outputs (Lakshminarayanan et al. 2017, "Deep Ensembles"). Most runs have one member. The results have the same
/// bits for any number of threads.
/// </summary>
/// <param name="members">One engine for each member; they are disposed with this.</param>
/// <param name="spec">Settings of training. Member 0 has its seed; see <see cref="SeedOf"/> for the others.</param>
/// <param name="threads">Called before each pass: how many members may work at the same time. Default: one.</param>
public sealed class Ensemble(IReadOnlyList<IEngine> members, TrainingSpec spec, Func<int>? threads = null) : IDisposable
{
    private readonly Pass[] _training = [.. members.Select(_ => new Pass())];
    private readonly Pass[] _measuring = [.. members.Select(_ => new Pass())];

    /// <summary>Number of networks.</summary>
    public int Members => members.Count;

    /// <summary>Outputs per row.</summary>
    public int Outputs => members[0].Outputs;

    private bool PredictsClasses => spec.Loss == LossKind.CrossEntropy;

    /// <summary>The seed of a member: that of the run for the first one. Those of the others are drawn from it, so that runs with
    /// neighbouring seeds have no member in common.</summary>
    public static int SeedOf(int seed, int member) =>
        member == 0 ? seed : new RandomStream(seed, RandomPurpose.Member, member).NextInt(int.MaxValue);

    /// <summary>Trains every member one pass over the rows, each in an order of its own.</summary>
    /// <param name="rows">Encoded training rows.</param>
    /// <param name="epoch">The epoch's number, from 1.</param>
    /// <param name="learningRateOf">See <see cref="IEngine.TrainEpoch"/>.</param>
    /// <param name="cancellationToken">See <see cref="IEngine.TrainEpoch"/>.</param>
    /// <returns>Training losses in standardised units.</returns>
    public EnsembleLosses TrainEpoch(
        EncodedRows rows, int epoch, Func<int, double> learningRateOf, CancellationToken cancellationToken) =>
        Run(_training, rows, (member, pass) =>
        {
            pass.Shuffle(rows.Rows, SeedOf(spec.Seed, member), epoch);
            return members[member].TrainEpoch(
                rows, pass.Order, learningRateOf, cancellationToken, Members > 1 ? pass.OutputsOf(rows.Rows * Outputs) : []);
        });

    /// <summary>Measures the losses on some rows, without dropout.</summary>
    /// <param name="rows">Encoded rows.</param>
    /// <param name="cancellationToken">See <see cref="IEngine.Predict"/>.</param>
    /// <returns>Losses in standardised units.</returns>
    public EnsembleLosses Measure(EncodedRows rows, CancellationToken cancellationToken) => Run(_measuring, rows, (member, pass) =>
    {
        var outputs = pass.OutputsOf(rows.Rows * Outputs);
        members[member].Predict(rows, outputs, cancellationToken);
        return Loss.Mean(spec.Loss, outputs, rows, spec.Quantile);
    });

    /// <summary>Computes the averaged outputs for some rows.</summary>
    /// <param name="rows">Encoded rows. Targets are ignored.</param>
    /// <param name="cancellationToken">See <see cref="IEngine.Predict"/>.</param>
    /// <returns>Row-major [rows, outputs], see <see cref="AveragedOutputs"/>.</returns>
    public float[] Predict(EncodedRows rows, CancellationToken cancellationToken) => Average([.. members.Select(member =>
    {
        var outputs = new float[rows.Rows * Outputs];
        member.Predict(rows, outputs, cancellationToken);
        return outputs;
    })]);

    /// <summary>Copies everything that training needs to continue, the members one after the other in each array.</summary>
    public NetworkState Save()
    {
        if (Members == 1)
        {
            return members[0].Save();
        }

        var all = default(NetworkState);
        for (var i = 0; i < Members; i++)
        {
            var one = members[i].Save();
            var length = one.Weights.Length;
            all ??= new(new float[Members * length], [.. one.Moments.Select(_ => new float[Members * length])], one.Steps);
            one.Weights.CopyTo(all.Weights, i * length);
            for (var moment = 0; moment < one.Moments.Count; moment++)
            {
                one.Moments[moment].CopyTo(all.Moments[moment], i * length);
            }
        }

        return all!;
    }

    /// <summary>Restores a saved state.</summary>
    /// <exception cref="ArgumentException">The state belongs to other networks or another optimiser.</exception>
    public void Load(NetworkState state)
    {
        if (Members == 1)
        {
            members[0].Load(state);
            return;
        }

        for (var i = 0; i < Members; i++)
        {
            members[i].Load(new(PartOf(state.Weights, i), [.. state.Moments.Select(moment => PartOf(moment, i))], state.Steps));
        }
    }

    public void Dispose()
    {
        foreach (var member in members)
        {
            member.Dispose();
        }
    }

    private float[] PartOf(float[] all, int member)
    {
        var length = all.Length / Members;
        return all[(member * length)..((member + 1) * length)];
    }

    private float[] Average(IReadOnlyList<float[]> outputs) => AveragedOutputs.Of(outputs, PredictsClasses, Outputs);

    /// <summary>Lets every member work on the rows.</summary>
    /// <param name="passes">The memory of each member.</param>
    /// <param name="rows">Encoded rows.</param>
    /// <param name="work">Fills the outputs of a member's pass, and returns the member's loss.</param>
    private EnsembleLosses Run(Pass[] passes, EncodedRows rows, Func<int, Pass, double> work)
    {
        var losses = new double[Members];
        ForEachMember(member => losses[member] = work(member, passes[member]));
        return Members == 1
            ? new(losses[0], null)
            : new(Loss.Mean(spec.Loss, Average([.. passes.Select(pass => pass.Outputs)]), rows, spec.Quantile), losses);
    }

    private void ForEachMember(Action<int> work)
    {
        var atOnce = Math.Min(Members, threads?.Invoke() ?? 1);
        if (atOnce <= 1)
        {
            for (var i = 0; i < Members; i++)
            {
                work(i);
            }

            return;
        }

        try
        {
            Parallel.For(0, Members, new() { MaxDegreeOfParallelism = atOnce }, work);
        }
        catch (AggregateException failed)
        {
            ExceptionDispatchInfo.Throw(failed.InnerExceptions[0]);
        }
    }

    /// <summary>The memory of a member for its passes over rows.</summary>
    private sealed class Pass
    {
        /// <summary>The row order of the epoch.</summary>
        public int[] Order { get; private set; } = [];

        /// <summary>Raw outputs, row-major [rows, outputs].</summary>
        public float[] Outputs { get; private set; } = [];

        /// <summary>Raw outputs of a given length. Allocates only if it is another one than before.</summary>
        public float[] OutputsOf(int length) => Outputs = Outputs.Length == length ? Outputs : new float[length];

        /// <summary>The order of an epoch depends only on the seed and the epoch, not on earlier epochs.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Shuffle(int rows, int seed, int epoch)
        {
            Order = Order.Length == rows ? Order : new int[rows];
            for (var i = 0; i < rows; i++)
            {
                Order[i] = i;
            }

            new RandomStream(seed, RandomPurpose.RowOrder, epoch).Shuffle(Order);
        }
    }
}

/// <summary>Mean losses over some rows.</summary>
/// <param name="OfAverage">That of the averaged outputs, or of the only network.</param>
/// <param name="OfMembers">That of each network of several; null for a single one.</param>
public readonly record struct EnsembleLosses(double OfAverage, double[]? OfMembers);
