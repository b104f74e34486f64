using Velodrome.Api.Settings;

namespace Velodrome.Api.Memory;

internal static class MemorySetup
{
    public static IServiceCollection AddMemory(this IServiceCollection services, VelodromeSettings settings) =>
        services.AddSingleton(provider => new MemoryBudget(
            settings.ReservableBytes, settings.RequestBytes, provider.GetRequiredService<TimeProvider>(),
            settings.EffectiveMaxMemoryBytes));
}
