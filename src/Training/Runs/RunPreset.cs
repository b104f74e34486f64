using Velodrome.Training.Encoding;
using Velodrome.Training.Fitting;
using Velodrome.Training.Networks;

namespace Velodrome.Training.Runs;

/// <summary>A set of settings for everything that a request does not name.</summary>
public enum RunPreset
{
    /// <summary>Good on most tables in little time.</summary>
    Balanced,

    /// <summary>What a textbook describes: plain numbers, a constant learning rate, early stopping.</summary>
    Lesson,

    /// <summary>For a first look: a third of the epochs of balanced.</summary>
    Fast,

    /// <summary>For the smallest errors: five wider networks, trained twice as long.</summary>
    Best,
}

/// <summary>Fills in the settings of presets. docs/presets.md has what each costs and gives.</summary>
internal static class RunPresets
{
    /// <summary>A last hidden layer with fewer units than there are classes can't tell them apart well.</summary>
    private const int ManyClasses = 11;

    /// <summary>Fills in what does not depend on the rows.</summary>
    /// <param name="request">A request with or without a preset.</param>
    /// <returns>The request with the settings of its preset; what it names stays.</returns>
    public static RunRequest FillIn(RunRequest request) => request.Preset switch
    {
        RunPreset.Lesson => request with
        {
            Encoding = request.Encoding is null or { Numbers: NumberInputs.Auto, Bins: null }
                ? new() { Numbers = NumberInputs.Plain } : request.Encoding,
            Training = request.Training.Schedule == ScheduleKind.Auto
                ? request.Training with { Schedule = ScheduleKind.Constant } : request.Training,
        },
        RunPreset.Fast => request with { Training = WithEpochs(request.Training, 30) },
        RunPreset.Best => request with
        {
            Training = WithEpochs(request.Training, 200) with { Members = request.Training.Members ?? 5 },
            Network = request.Network.NamesDropout ? request.Network : request.Network with { Dropout = 0.1 },
        },
        _ => request,
    };

    /// <summary>Chooses the hidden layers of a request that does not name them.</summary>
    /// <param name="request">The request.</param>
    /// <param name="outputs">1 for numbers, otherwise the number of classes.</param>
    public static NetworkOptions FillInHidden(RunRequest request, int outputs)
    {
        var (network, isWide) = (request.Network, request.Preset == RunPreset.Best);
        return network.NamesHidden || request.Preset == RunPreset.Lesson ? network
            : outputs >= ManyClasses ? network with { Hidden = isWide ? [256, 128] : [128, 64] }
            : isWide ? network with { Hidden = [128, 64] }
            : network;
    }

    private static TrainingOptions WithEpochs(TrainingOptions training, int epochs) =>
        training.NamesEpochs ? training : training with { Epochs = epochs };
}
