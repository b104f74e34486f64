namespace Velodrome.Crash.Witnesses;

/// <summary>
/// Remembers which datasets were answered to be stored or deleted, and tells the witness what is not so. One whose call broke off
/// may be there or not. Asked by one caller at a time.
/// </summary>
public sealed class DatasetWitness(Witness witness)
{
    private readonly Dictionary<string, string> _stored = [];
    private readonly HashSet<string> _deleted = [];

    /// <summary>Names of those that must be there.</summary>
    public IReadOnlyCollection<string> Stored => _stored.Keys;

    /// <summary>Names of those that must be there or must not.</summary>
    public IEnumerable<string> Known => _stored.Keys.Concat(_deleted);

    /// <summary>An upload was answered.</summary>
    public void SawStored(string name, string csv) => _stored.Add(name, csv);

    /// <summary>Somebody asked for it to be deleted, whether or not an answer came.</summary>
    public void SawDeleteAsked(string name) => _stored.Remove(name);

    /// <summary>It was answered to be deleted.</summary>
    public void SawDeleted(string name) => _deleted.Add(name);

    /// <param name="name">One of <see cref="Known"/>.</param>
    /// <param name="csv">What it is now; null when it is not there.</param>
    public void SawAtTheEnd(string name, string? csv)
    {
        if (!_stored.TryGetValue(name, out var stored))
        {
            if (csv is not null)
            {
                witness.Saw(Fault.Duplicated, $"dataset \"{name}\" was answered to be deleted and is there");
            }
        }
        else if (csv is null)
        {
            witness.Saw(Fault.Lost, $"dataset \"{name}\" was stored and is not there");
        }
        else if (csv != stored)
        {
            witness.Saw(Fault.Differing, $"dataset \"{name}\" is not what was uploaded");
        }
    }
}
