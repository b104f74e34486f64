using Velodrome.Training.Encoding;
using Velodrome.Training.Fitting;

namespace Velodrome.Training.Runs;

/// <summary>A set of settings for everything that a request does not name.</summary>
public enum RunPreset
{
    /// <summary>Good on most tables in little time: two networks where rows are few.</summary>
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

    /// <summary>Two networks have smaller errors than one where rows are few. A table as small as that of the lesson stays plain.</summary>
    private const int MinRowsOfPair = 300;

    /// <summary>With more rows, two networks differ little, and the time matters more.</summary>
    private const int MaxRowsOfPair = 100_000;

    /// <summary>Fills in what does not depend on the rows.</summary>
    /// <param name="request">A request with or without a preset.</param>
    /// <returns>The request with the settings of its preset. What it names stays; <c>auto</c> counts as not named.</returns>
    public static RunRequest FillIn(RunRequest request) => request.Preset switch
    {
        RunPreset.Lesson => request with
        {
            Encoding = request.Encoding is null or { Numbers: NumberInputs.Auto }
                ? (request.Encoding ?? new()) with { Numbers = NumberInputs.Plain } : request.Encoding,
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

    /// <summary>Fills in what depends on the rows: the hidden layers, and for balanced the number of networks.</summary>
    /// <param name="request">A request after <see cref="FillIn"/>.</param>
    /// <param name="outputs">1 for numbers, otherwise the number of classes.</param>
    /// <param name="trainRows">Number of training rows.</param>
    public static RunRequest FillInFromRows(RunRequest request, int outputs, int trainRows)
    {
        if (request.Network.NamesHidden || request.Preset == RunPreset.Lesson)
        {
            return request;
        }

        var (isWide, hasManyClasses) = (request.Preset == RunPreset.Best, outputs >= ManyClasses);
        int[] hidden = isWide && hasManyClasses ? [256, 128] : isWide || hasManyClasses ? [128, 64] : [64, 32];
        var isPaired = (request.Preset ?? RunPreset.Balanced) == RunPreset.Balanced && trainRows is >= MinRowsOfPair and <= MaxRowsOfPair;
        return request with
        {
            Network = request.Network with { Hidden = hidden },
            Training = request.Training with { Members = request.Training.Members ?? (isPaired ? 2 : 1) },
        };
    }

    private static TrainingOptions WithEpochs(TrainingOptions training, int epochs) =>
        training.NamesEpochs ? training : training with { Epochs = epochs };
}
