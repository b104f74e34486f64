using System.CommandLine;
using Microsoft.EntityFrameworkCore;
using Velodrome.Api.Settings;
using Velodrome.Api.Startup;
using Velodrome.Data;
using Velodrome.Data.Access;
using Velodrome.Data.Start;
using Velodrome.Training;

namespace Velodrome.Api.Commands;

/// <summary>
/// <c>keys add NAME --role ROLE</c>, <c>keys list</c> and <c>keys revoke NAME</c>. They take the settings of the service and change its
/// database, whether the service runs or not. They therefore also make the first key, and a new one if no key is left.
/// </summary>
internal static class KeysCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "Who or what the key is for." };
        var role = new Option<string>("--role") { Description = "What the key allows.", Required = true, HelpName = "ROLE" };
        role.AcceptOnlyFromAmong("read", "write", "admin");
        var add = new Command("add", "Makes a key and prints it. It can't be shown again.") { name, role };
        var list = new Command("list", "Lists all keys, including revoked ones.");
        var revoke = new Command("revoke", "Revokes a key. It stops working within a second.") { name };
        Run(add, (parsed, services, output) =>
            Add(parsed.GetValue(name)!, Enum.Parse<KeyRole>(parsed.GetValue(role)!, ignoreCase: true), services, output));
        Run(list, (_, services, output) => List(services, output));
        Run(revoke, (parsed, services, output) => Revoke(parsed.GetValue(name)!, services, output));
        return new Command("keys", "Makes, lists and revokes the keys of the service. May be used while the service runs.")
        {
            add, list, revoke,
        };
    }

    private static async Task Add(string name, KeyRole role, IServiceProvider services, InvocationConfiguration console)
    {
        var (_, text) = await services.GetRequiredService<ApiKeyStore>().Add(name, role);
        console.Output.WriteLine(text); // the only text on standard output, so that a script can read it
        console.Error.WriteLine($"This is the key of \"{name}\". Store it now: it can't be shown again.");
    }

    private static async Task List(IServiceProvider services, InvocationConfiguration console)
    {
        await using var database = await services.GetRequiredService<IDbContextFactory<TrainingDbContext>>().CreateDbContextAsync();
        var keys = await database.ApiKeys.AsNoTracking().OrderBy(key => key.Id).ToListAsync();
        var width = keys.Select(key => key.Name.Length).Append("NAME".Length).Max();
        console.Output.WriteLine($"{"NAME".PadRight(width)}  ROLE   CREATED           REVOKED");
        foreach (var key in keys)
        {
            var role = $"{key.Role}".ToLowerInvariant();
            console.Output.WriteLine($"{key.Name.PadRight(width)}  {role,-5}  {Time(key.CreatedAt)}  {Time(key.RevokedAt)}".TrimEnd());
        }
    }

    private static async Task Revoke(string name, IServiceProvider services, InvocationConfiguration console)
    {
        await services.GetRequiredService<ApiKeyStore>().Revoke(name);
        console.Error.WriteLine($"The key of \"{name}\" is revoked.");
    }

    private static string Time(long? milliseconds) =>
        milliseconds is { } time ? $"{DateTimeOffset.FromUnixTimeMilliseconds(time):yyyy-MM-dd HH:mm}" : "";

    private static void Run(Command command, Func<ParseResult, IServiceProvider, InvocationConfiguration, Task> action)
    {
        command.SetAction(async (parsed, _) =>
        {
            try
            {
                await using var services = Open(parsed.Settings());
                await action(parsed, services, parsed.InvocationConfiguration);
                return 0;
            }
            catch (RefusedException refused)
            {
                parsed.InvocationConfiguration.Error.WriteLine(refused.Message);
                return 1;
            }
        });
    }

    /// <summary>The service's database, with its tables upgraded, but without the queue and the server.</summary>
    private static ServiceProvider Open(VelodromeSettings settings)
    {
        var services = new ServiceCollection().AddDatabase(settings).AddSingleton(TimeProvider.System).AddSingleton<ApiKeyStore>()
            .AddSingleton(_ => DataFolder.Open(settings.DataFolder)) // not locked: the service may hold the lock
            .BuildServiceProvider();
        using var database = services.GetRequiredService<IDbContextFactory<TrainingDbContext>>().CreateDbContext();
        if (database.Database.GetPendingMigrations().Any()) // otherwise a service may be using the tables
        {
            using var folder = settings.Database.Provider == DatabaseProvider.Sqlite ? DataFolder.Lock(settings.DataFolder) : null;
            database.Upgrade();
        }

        return services;
    }
}
