using Hangfire;
using Hangfire.Common;
using Hangfire.States;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Velodrome.Api.Tests.Runs;

namespace Velodrome.Api.Tests.Worker;

public sealed class RunDispatcherTests : IDisposable
{
    private readonly VelodromeApp _app = new(); // one for each test: runs that were not enqueued are enqueued at the next start

    [Fact]
    public async Task A_run_is_accepted_although_the_queue_fails_and_the_next_run_is_trained()
    {
        using var host = With(provider => new FailsOnce(new BackgroundJobClient(provider.GetRequiredService<JobStorage>())));
        using var http = host.CreateClient();

        var notEnqueued = await http.StartRun(RunCalls.Lesson);
        var next = await http.Train(RunCalls.Lesson);

        Assert.Equal("succeeded", next.Text("status"));
        Assert.Equal("queued", (await http.Until(notEnqueued, _ => true)).Text("status")); // the reconciler enqueues it after a minute
    }

    [Fact]
    public async Task A_queue_that_hangs_delays_neither_a_response_nor_the_shutdown()
    {
        using var end = new ManualResetEventSlim();
        var host = With(_ => new Hangs(end));

        await host.CreateClient().StartRun(RunCalls.Lesson);
        await Task.Run(host.Dispose).WaitAsync(Wait.Limit);
        end.Set();
    }

    public void Dispose() => _app.Dispose();

    private WebApplicationFactory<Program> With(Func<IServiceProvider, IBackgroundJobClient> jobs) =>
        _app.WithWebHostBuilder(builder => builder.ConfigureTestServices(services => services.AddSingleton(jobs)));

    private sealed class Hangs(ManualResetEventSlim end) : IBackgroundJobClient
    {
        public string Create(Job job, IState state)
        {
            end.Wait();
            return "";
        }

        public bool ChangeState(string jobId, IState state, string expectedState) => false;
    }

    private sealed class FailsOnce(IBackgroundJobClient client) : IBackgroundJobClient
    {
        private bool _failed;

        public string Create(Job job, IState state)
        {
            if (_failed)
            {
                return client.Create(job, state);
            }

            _failed = true;
            throw new BackgroundJobClientException("The queue's database is down.", new TimeoutException());
        }

        public bool ChangeState(string jobId, IState state, string expectedState) => client.ChangeState(jobId, state, expectedState);
    }
}
