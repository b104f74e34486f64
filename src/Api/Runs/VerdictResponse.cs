using Velodrome.Data.Runs;
using Velodrome.Training.Verdicts;

namespace Velodrome.Api.Runs;

/// <summary>Whether the network learnt.</summary>
/// <param name="Code">What the loss curves show.</param>
/// <param name="Provisional">Whether the verdict may still change because the run is running.</param>
/// <param name="Sentence">The verdict in plain words.</param>
/// <param name="Evidence">The numbers behind the verdict.</param>
/// <param name="NextStep">A request to try next. Null while the run is running.</param>
public sealed record VerdictResponse(VerdictCode Code, bool Provisional, string Sentence, Evidence Evidence, NextStep? NextStep)
{
    internal static VerdictResponse From(Run run, Verdict verdict) => new(
        verdict.Code, verdict.Provisional, verdict.Sentence, verdict.Evidence,
        verdict.Provisional ? null : NextStep.After(run, verdict.Code));
}
