using Hangfire;
using Hangfire.AspNetCore;

namespace Velodrome.Api.Worker;

/// <summary>
/// Runs jobs whose type is in <see cref="JobTypes"/>. Hangfire opens a scope before each job, also before a static method, for which it
/// creates no instance.
/// </summary>
internal sealed class KnownJobActivator(IServiceScopeFactory scopes) : AspNetCoreJobActivator(scopes)
{
    /// <exception cref="TypeLoadException">The job's type is another one.</exception>
    public override JobActivatorScope BeginScope(JobActivatorContext context)
    {
        JobTypes.Check(context.BackgroundJob.Job.Type);
        return base.BeginScope(context);
    }
}
