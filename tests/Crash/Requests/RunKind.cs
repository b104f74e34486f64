using System.Globalization;
using System.Text.Json.Nodes;

namespace Velodrome.Crash.Requests;

/// <summary>A training request that is posted many times, each time under a new name.</summary>
/// <param name="Name">The kind's name.</param>
/// <param name="Request">The JSON body, without the run's name.</param>
/// <param name="Continues">The kind whose runs this kind continues, and by how many epochs, or null.</param>
/// <param name="IsLong">True if its runs train for seconds, so that they renew their lease and can be interrupted while they train.</param>
public sealed record RunKind(string Name, string Request, (string Kind, int Epochs)? Continues = null, bool IsLong = false)
{
    private const string Separator = " #";

    /// <summary>The name of a run of this kind. Names are unique, so a run that exists twice can be recognised.</summary>
    public string RunName(int number) => string.Create(CultureInfo.InvariantCulture, $"{Name}{Separator}{number}");

    /// <summary>The name of a run's kind.</summary>
    public static string KindOf(string runName) => runName[..runName.LastIndexOf(Separator, StringComparison.Ordinal)];

    public string BodyFor(string runName)
    {
        var body = JsonNode.Parse(Request)!;
        body["name"] = runName;
        return body.ToJsonString();
    }
}
