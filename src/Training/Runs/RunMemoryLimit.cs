namespace Velodrome.Training.Runs;

/// <summary>Refuses a run that needs more memory than one run may take.</summary>
internal static class RunMemoryLimit
{
    private const string Field = "network.hidden";

    /// <param name="memory">Estimates the memory of the run.</param>
    /// <param name="hidden">Units of each hidden layer.</param>
    /// <param name="maxBytes">Memory that a run may take.</param>
    /// <exception cref="RefusedException"><c>networkTooLarge</c>, with the estimate, the limit and the widest layers that fit.</exception>
    public static void Check(RunMemory memory, IReadOnlyList<int> hidden, long maxBytes)
    {
        if (FaultOf(memory, hidden, maxBytes) is { } fault)
        {
            var fewer = memory.Training.Members > 1 ? " Fewer members take less." : "";
            var plain = memory.Inputs > memory.PlainInputs ? " \"encoding\": { \"numbers\": \"plain\" } makes fewer inputs." : "";
            throw new RefusedException("networkTooLarge", Field, $"{fault} {Advice(memory, hidden, maxBytes)}{fewer}{plain}");
        }
    }

    private static string? FaultOf(RunMemory memory, IReadOnlyList<int> hidden, long maxBytes)
    {
        var parameters = memory.Training.Members == 1
            ? $"The network has {memory.Parameters(hidden):N0} parameters"
            : $"The {memory.Training.Members} networks have {memory.Parameters(hidden):N0} parameters";
        return memory.LongestArray(hidden) > RunMemory.MaxFloats
            ? $"{parameters} and a batch of {memory.Training.BatchSize:N0} rows; one of its arrays would have " +
              $"{memory.LongestArray(hidden):N0} numbers, and the largest possible has {RunMemory.MaxFloats:N0}."
            : memory.Estimate(hidden) > maxBytes
            ? $"{parameters}. To train it takes about {Megabytes(memory.Estimate(hidden))} MB of memory; " +
              $"a run may take {Megabytes(maxBytes)} MB here (settings MaxMemoryMegabytes and Workers)."
            : null;
    }

    private static string Advice(RunMemory memory, IReadOnlyList<int> hidden, long maxBytes)
    {
        bool Fits(int units) => FaultOf(memory, Narrow(hidden, units), maxBytes) is null;

        if (hidden.Count == 0 || !Fits(1))
        {
            return "No network fits: send a smaller batchSize, fewer features, or a dataset with fewer rows or classes.";
        }

        var (fits, tooWide) = (1, hidden.Max());
        while (tooWide - fits > 1)
        {
            var middle = (fits + tooWide) / 2;
            (fits, tooWide) = Fits(middle) ? (middle, tooWide) : (fits, middle);
        }

        return $"The widest layers that fit are \"hidden\": [{string.Join(", ", Narrow(hidden, fits))}].";
    }

    private static int[] Narrow(IReadOnlyList<int> hidden, int units) => [.. hidden.Select(before => Math.Min(before, units))];

    private static string Megabytes(long bytes) => $"{(bytes + 999_999) / 1_000_000:N0}";
}
