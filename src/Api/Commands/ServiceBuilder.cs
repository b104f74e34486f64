namespace Velodrome.Api.Commands;

/// <summary>Reads the configuration for the service and for its commands.</summary>
internal static class ServiceBuilder
{
    public static WebApplicationBuilder Create(string[] arguments) => WebApplication.CreateBuilder(new WebApplicationOptions
    {
        Args = arguments,
        ContentRootPath = AppContext.BaseDirectory, // `dotnet run --project` keeps the caller's working directory
    });
}
