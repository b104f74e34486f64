using Hangfire.Common;

namespace Velodrome.Api.Worker;

/// <summary>
/// The job types that Hangfire may load and run, and no others. Hangfire's tables name a type and a method of it in text. By default
/// Hangfire would load any type of any assembly, so everyone who can write to those tables could run, for example, File.WriteAllText.
/// </summary>
internal static class JobTypes
{
    /// <summary>Add a new job type here.</summary>
    public static IReadOnlySet<Type> All { get; } = new HashSet<Type> { typeof(TrainingJob) };

    /// <summary>The job types and the types of their methods' parameters, by the names that Hangfire stores.</summary>
    private static readonly Dictionary<string, Type> ByName = All
        .Concat(All.SelectMany(job => job.GetMethods()).SelectMany(method => method.GetParameters()).Select(value => value.ParameterType))
        .Where(type => type != typeof(object)) // as a parameter of Equals
        .Distinct()
        .ToDictionary(TypeHelper.SimpleAssemblyTypeSerializer);

    /// <exception cref="TypeLoadException">The name is not that of a known type. The job that uses it fails.</exception>
    public static Type Resolve(string name) => ByName.TryGetValue(name, out var type)
        ? type
        : throw new TypeLoadException($"A job may not use the type \"{name}\". This service runs only {Names}.");

    /// <exception cref="TypeLoadException">The type is not one of <see cref="All"/>.</exception>
    public static void Check(Type job)
    {
        if (!All.Contains(job))
        {
            throw new TypeLoadException($"A job may not use the type \"{job}\". This service runs only {Names}.");
        }
    }

    private static string Names => string.Join(", ", All.Select(job => job.Name));
}
