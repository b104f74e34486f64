using Velodrome.Data.Runs;
using Velodrome.Training.Verdicts;

namespace Velodrome.Api.Runs;

/// <summary>Whether the network learnt.</summary>
/// <param name="Code">What the curves say.</param>
/// <param name="Provisional">Whether the run still trains, so that it may change.</param>
/// <param name="Sentence">It in one plain sentence.</param>
/// <param name="Evidence">The numbers behind it.</param>
/// <param name="NextStep">What to try now; null while the run trains.</param>
public sealed record VerdictResponse(VerdictCode Code, bool Provisional, string Sentence, Evidence Evidence, NextStep? NextStep)
{
    internal static VerdictResponse From(Run run, Verdict verdict) =>
        new(verdict.Code, verdict.Provisional, verdict.Sentence, verdict.Evidence, verdict.Provisional ? null : NextStep.After(run, verdict.Code));
}
