using System.Reflection;
using Hangfire;
using Hangfire.Common;
using Hangfire.States;
using Hangfire.Storage;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Velodrome.Api.Tests.Postgres;
using Velodrome.Api.Worker;
using Velodrome.Postgres;

namespace Velodrome.Api.Tests.Worker;

/// <summary>A job of a type that is not ours, which somebody with access to the queue has put there, fails and does nothing.</summary>
public sealed class JobTypesTests(VelodromeApp sqlite, PostgresApp postgres) : IClassFixture<VelodromeApp>, IClassFixture<PostgresApp>
{
    private readonly string _file = Path.Combine(sqlite.DataFolder, $"{Guid.NewGuid()}.txt");

    [Fact]
    public async Task A_foreign_job_in_memory_fails()
    {
        var storage = sqlite.Services.GetRequiredService<JobStorage>();
        var id = new BackgroundJobClient(storage).Create(() => File.WriteAllText(_file, "ran"), new EnqueuedState("2-normal"));

        await AssertFailed(storage, id);
    }

    [PostgresFact]
    public async Task A_foreign_job_written_into_the_tables_fails()
    {
        var storage = postgres.Services.GetRequiredService<JobStorage>();

        foreach (var type in new[] { "System.IO.File, System.Private.CoreLib", "System.IO.File, mscorlib", "System.IO.File" })
        {
            await AssertFailed(
                storage, await Insert(type, "WriteAllText", ["System.String", "System.String"], [$"\"{_file}\"", "\"ran\""]));
        }
    }

    [PostgresFact]
    public async Task A_method_that_our_job_does_not_have_fails()
    {
        var storage = postgres.Services.GetRequiredService<JobStorage>();

        await AssertFailed(storage, await Insert("Velodrome.Api.Worker.TrainingJob, Velodrome.Api", "Train", ["System.Int64"], ["1"]));
    }

    [Theory]
    [InlineData("System.IO.File, mscorlib")]
    [InlineData("System.Diagnostics.Process, System.Diagnostics.Process")]
    [InlineData("System.Collections.Generic.List`1[[System.Int64]], mscorlib")]
    [InlineData("Velodrome.Api.Worker.TrainingJob, Velodrome.Api, Version=9.9.9.9")]
    [InlineData("Velodrome.Api.Worker.Reconciler, Velodrome.Api")]
    [InlineData("System.Object")]
    [InlineData("")]
    public void No_other_type_is_loaded(string name) => Assert.Throws<TypeLoadException>(() => JobTypes.Resolve(name));

    [Fact]
    public void Our_jobs_and_their_parameters_are_loaded_by_the_names_that_Hangfire_stores()
    {
        foreach (var job in JobTypes.All)
        {
            var methods = job.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly);
            Type[] types = [job, .. methods.SelectMany(method => method.GetParameters()).Select(parameter => parameter.ParameterType)];
            Assert.All(types, type => Assert.Equal(type, JobTypes.Resolve(TypeHelper.SimpleAssemblyTypeSerializer(type))));
        }
    }

    [Fact]
    public void The_activator_refuses_a_static_method_too()
    {
        var activator = sqlite.Services.GetRequiredService<JobActivator>();
        using var connection = sqlite.Services.GetRequiredService<JobStorage>().GetConnection();
        var job = new BackgroundJob("1", Job.FromExpression(() => File.WriteAllText(_file, "ran")), DateTime.UtcNow);

        Assert.Throws<TypeLoadException>(() => activator.BeginScope(
            new JobActivatorContext(connection, job, new JobCancellationToken(false))));
    }

    private async Task AssertFailed(JobStorage storage, string id)
    {
        using var connection = storage.GetConnection();
        await Wait.Until(
            () => connection.GetStateData(id)?.Name == FailedState.StateName, () => $"the job is {connection.GetStateData(id)?.Name}");
        Assert.False(File.Exists(_file));
    }

    /// <summary>Writes a job and its place in the queue as a person with a database client would.</summary>
    private async Task<string> Insert(string type, string method, string[] parameterTypes, string[] arguments)
    {
        await using var database = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var insert = database.CreateCommand("""
            WITH job AS (
                INSERT INTO hangfire.job (statename, invocationdata, arguments, createdat) VALUES ('Enqueued', $1, $2, now()) RETURNING id)
            INSERT INTO hangfire.jobqueue (jobid, queue) SELECT id, '2-normal' FROM job RETURNING jobid
            """);
        var invocation = System.Text.Json.JsonSerializer.Serialize(new
        {
            Type = type,
            Method = method,
            ParameterTypes = System.Text.Json.JsonSerializer.Serialize(parameterTypes),
            Arguments = (string?)null,
        });
        insert.Parameters.Add(new() { Value = invocation, DataTypeName = "jsonb" });
        insert.Parameters.Add(new() { Value = System.Text.Json.JsonSerializer.Serialize(arguments), DataTypeName = "jsonb" });
        return $"{await insert.ExecuteScalarAsync()}";
    }
}
