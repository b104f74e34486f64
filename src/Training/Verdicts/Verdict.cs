namespace Velodrome.Training.Verdicts;
public sealed record Evidence { public int Epochs { get; init; } }
public sealed record Verdict(VerdictCode Code, bool Provisional, string Sentence, Evidence Evidence)
{
    public static Verdict Of(Curves curves) => new(VerdictCode.CannotTell, curves.StopReason is null, "", new());
}
