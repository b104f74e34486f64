namespace Velodrome.Abuse.Attacks;

internal static class AllAttacks
{
    public static IReadOnlyList<Attack> List { get; } =
    [
        .. MemoryAttacks.List, .. BudgetAttacks.List, .. UploadAttacks.List, .. AnswerAttacks.List,
        .. CallerAttacks.List, .. CancelAttacks.List, .. QuotaAttacks.List,
    ];
}
