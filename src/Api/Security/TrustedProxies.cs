using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Velodrome.Api.Settings;
using IPNetwork = System.Net.IPNetwork;

namespace Velodrome.Api.Security;

/// <summary>
/// Takes address, scheme, host and path prefix of the client from <c>X-Forwarded-*</c> headers. Only the headers of the proxies that the
/// setting names count: anyone can send such headers.
/// </summary>
internal static class TrustedProxies
{
    public static IServiceCollection AddTrustedProxies(this IServiceCollection services, VelodromeSettings settings) =>
        // After every other configuration: ASPNETCORE_FORWARDEDHEADERS_ENABLED would trust everyone.
        services.PostConfigure<ForwardedHeadersOptions>(options =>
        {
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            foreach (var proxy in SettingList.Split(settings.Proxies))
            {
                if (IPAddress.TryParse(proxy, out var address))
                {
                    options.KnownProxies.Add(address);
                }
                else
                {
                    options.KnownIPNetworks.Add(IPNetwork.Parse(proxy));
                }
            }

            var trustsAny = options.KnownProxies.Count + options.KnownIPNetworks.Count > 0;
            options.ForwardedHeaders = trustsAny ? ForwardedHeaders.All : ForwardedHeaders.None; // an empty list would trust everyone
            options.ForwardLimit = null; // reads the chain of proxies back to the first one that is not named
        });

    /// <summary>Whether an entry of the setting is an address or a network such as <c>10.0.0.0/8</c>.</summary>
    public static bool IsProxy(string text) => IPAddress.TryParse(text, out _) || IPNetwork.TryParse(text, out _);
}
