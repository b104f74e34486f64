namespace Velodrome.Api.Startup;

/// <summary>The address to listen on if no setting names one. A default in appsettings.json would clash with Kestrel:Endpoints.</summary>
internal static class DefaultAddress
{
    private const string Address = "http://127.0.0.1:5080";

    public static void UseDefaultAddress(this WebApplicationBuilder builder)
    {
        if (builder.Configuration[WebHostDefaults.ServerUrlsKey] is null && !builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
        {
            builder.WebHost.UseUrls(Address);
        }
    }
}
