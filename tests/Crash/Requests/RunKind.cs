using System.Globalization;
using System.Text.Json.Nodes;

namespace Velodrome.Crash.Requests;

/// <summary>A kind of run: what is posted, again and again under new names.</summary>
/// <param name="Name">Of the kind.</param>
/// <param name="Request">The body, without a name.</param>
/// <param name="Continues">The kind that this one goes on from, and by how many epochs; null for none.</param>
/// <param name="Lasts">Trains for seconds, so that a claim is renewed and the run can be taken over in the middle.</param>
public sealed record RunKind(string Name, string Request, (string Kind, int Epochs)? Continues = null, bool Lasts = false)
{
    private const string Separator = " #";

    /// <summary>No two runs have the same, so a run that is there twice is seen.</summary>
    public string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"{Name}{Separator}{number}");

    public static string OfName(string runName) => runName[..runName.LastIndexOf(Separator, StringComparison.Ordinal)];

    public string BodyFor(string runName)
    {
        var body = JsonNode.Parse(Request)!;
        body["name"] = runName;
        return body.ToJsonString();
    }
}
