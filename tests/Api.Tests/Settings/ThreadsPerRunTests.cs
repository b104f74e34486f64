using Microsoft.Extensions.Configuration;
using Velodrome.Api.Settings;

namespace Velodrome.Api.Tests.Settings;

public sealed class ThreadsPerRunTests
{
    [Theory]
    [InlineData("All", null, null)]
    [InlineData("Worker", null, 1)]
    [InlineData("All", "3", 3)]
    [InlineData("Worker", "3", 3)]
    public void The_default_is_all_cores_but_one_thread_for_a_worker(string role, string? setting, int? expected)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Role"] = role, ["ThreadsPerRun"] = setting })
            .Build();

        Assert.Equal(expected ?? Environment.ProcessorCount, configuration.Get<VelodromeSettings>()!.EffectiveThreadsPerRun);
    }
}
