namespace Velodrome.Training.Fitting;

/// <summary>How the learning rate changes while a network trains.</summary>
public enum ScheduleKind
{
    /// <summary>Cosine if the request names neither the learning rate nor early stopping and there are at least 300 training rows,
    /// otherwise constant.</summary>
    Auto,

    /// <summary>The learning rate in every step.</summary>
    Constant,

    /// <summary>From the learning rate to 0 along half a cosine (Loshchilov and Hutter 2017, SGDR, without restarts).</summary>
    Cosine,

    /// <summary>Straight from 0 to the learning rate over the first steps (Goyal et al. 2017), then cosine over the others.</summary>
    WarmupCosine,

    /// <summary>Four times from 0 to the learning rate and back, each time more slowly (Holzmüller et al. 2024, RealMLP).</summary>
    Coslog4,
}

/// <summary>The learning rate of every step: a function of the settings, the epoch and the batch alone. So an interrupted run resumes
/// bit for bit, and its checkpoints need not store the rate.</summary>
/// <param name="spec">The schedule, the learning rate, the number of epochs, and the rows of a batch.</param>
/// <param name="rows">Number of training rows, at least 1.</param>
public sealed class LearningRateSchedule(TrainingSpec spec, int rows)
{
    /// <summary>Steps of an epoch. The last one may have fewer rows.</summary>
    public int Batches { get; } = (int)(((long)rows + spec.BatchSize - 1) / spec.BatchSize);

    /// <summary>The optimiser's step size for a batch.</summary>
    /// <param name="epoch">From 1.</param>
    /// <param name="batch">From 0.</param>
    /// <remarks>A step takes the rate at its middle: the first one is above 0, and so is the only step of a run that has one.</remarks>
    public double RateOf(int epoch, int batch) => spec.LearningRate * ShareAt((epoch - 1 + (batch + 0.5) / Batches) / spec.Epochs);

    /// <summary>The rate of an epoch's last step, which the history shows.</summary>
    /// <param name="epoch">From 1.</param>
    public double LastRateOf(int epoch) => RateOf(epoch, Batches - 1);

    /// <param name="done">The share of all steps that are done, between 0 and 1.</param>
    /// <returns>The share of the learning rate, 0 to 1.</returns>
    private double ShareAt(double done) => spec.Schedule switch
    {
        ScheduleKind.Constant => 1,
        ScheduleKind.Cosine => Cosine(done),
        ScheduleKind.WarmupCosine when done < spec.WarmupFraction => done / spec.WarmupFraction.Value,
        ScheduleKind.WarmupCosine => Cosine((done - spec.WarmupFraction!.Value) / (1 - spec.WarmupFraction.Value)),
        ScheduleKind.Coslog4 => (1 - Math.Cos(2 * Math.PI * Math.Log2(1 + 15 * done))) / 2,
        _ => throw new InvalidOperationException($"The schedule {spec.Schedule} is not resolved."),
    };

    private static double Cosine(double done) => (1 + Math.Cos(Math.PI * done)) / 2;
}
