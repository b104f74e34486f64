using Velodrome.Training;

namespace Velodrome.Data.Damage;

/// <summary>Refusals to use stored bytes that differ from those that were written.</summary>
public static class DamageRefusals
{
    private const string Advice = "Restore a backup that is older than the damage; `Velodrome.Api check` lists everything that is damaged.";

    /// <param name="name">The dataset's name.</param>
    /// <param name="what">What is wrong with its bytes, as the end of a sentence.</param>
    public static RefusedException Dataset(string name, string what) => new("datasetDamaged", "dataset",
        $"The stored rows of dataset \"{name}\" are damaged: {what}. Delete the dataset and upload its file again. Or: {Advice}");

    /// <param name="runId">The run's id.</param>
    /// <param name="what">What is wrong with its bytes, as the end of a sentence.</param>
    public static RefusedException Model(long runId, string what) => new("modelDamaged", "id",
        $"The stored model of run {runId} is damaged: {what}. " +
        $"Start the run again with the same request, which trains the same model. Or: {Advice}");
}
