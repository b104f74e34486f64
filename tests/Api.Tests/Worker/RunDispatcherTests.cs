using Hangfire;
using Hangfire.Common;
using Hangfire.States;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Velodrome.Api.Runs;
using Velodrome.Api.Runs.Pictures;
using Velodrome.Api.Tests.Runs;
using Velodrome.Api.Worker;

namespace Velodrome.Api.Tests.Worker;

public sealed class RunDispatcherTests : IDisposable
{
    private readonly VelodromeApp _app = new(); // each test has its own: a run that nobody rang for is rung for at the next start

    [Fact]
    public async Task A_run_is_accepted_though_the_queue_fails_and_the_next_is_trained()
    {
        using var host = With(provider => new FailsOnce(new BackgroundJobClient(provider.GetRequiredService<JobStorage>())));
        using var http = host.CreateClient();

        var forgotten = await http.StartRun(RunCalls.Lesson);
        var next = await http.Train(RunCalls.Lesson);

        Assert.Equal("succeeded", next.Text("status"));
        Assert.Equal("queued", (await http.Until(forgotten, _ => true)).Text("status")); // for a minute: then the reconciler asks for another ring
    }

    [Fact]
    public async Task A_queue_that_does_not_answer_holds_up_neither_a_post_nor_the_end()
    {
        using var silence = new ManualResetEventSlim();
        var host = With(_ => new Silent(silence));

        await host.CreateClient().StartRun(RunCalls.Lesson);
        await Task.Run(host.Dispose).WaitAsync(TimeSpan.FromSeconds(15));
        silence.Set();
    }

    public void Dispose() => _app.Dispose();

    private WebApplicationFactory<Program> With(Func<IServiceProvider, IBackgroundJobClient> jobs) =>
        _app.WithWebHostBuilder(builder => builder.ConfigureTestServices(services => services.AddSingleton(jobs)));

    private sealed class Silent(ManualResetEventSlim end) : IBackgroundJobClient
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
