using System.Net;
using System.Net.Sockets;

namespace Velodrome.Api.Datasets.Formats.Import;

/// <summary>
/// Connects to public addresses only, whatever a name resolves to, because the machines of a private network may trust the service. The
/// address that is checked is the one that is connected to.
/// </summary>
internal sealed class PublicAddresses
{
    /// <summary>https://www.iana.org/assignments/iana-ipv4-special-registry, and multicast and reserved addresses.</summary>
    private static readonly IPNetwork[] SpecialV4 =
    [
        .. Parse("0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24"),
        .. Parse("192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24"),
        .. Parse("203.0.113.0/24 224.0.0.0/4 240.0.0.0/4"),
    ];

    private static readonly IPNetwork GlobalV6 = IPNetwork.Parse("2000::/3");

    /// <summary>Networks within <see cref="GlobalV6"/> that are special, or contain IPv4 addresses (Teredo and 6to4).</summary>
    private static readonly IPNetwork[] SpecialV6 = [.. Parse("2001::/23 2001:db8::/32 2002::/16 3fff::/20")];

    /// <summary>True in tests only, whose servers are on this machine.</summary>
    internal bool AllowsLoopback { get; set; }

    public bool IsAllowed(IPAddress address)
    {
        var mapped = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return (AllowsLoopback && IPAddress.IsLoopback(mapped)) || (mapped.AddressFamily == AddressFamily.InterNetwork
            ? !Array.Exists(SpecialV4, network => network.Contains(mapped))
            : GlobalV6.Contains(mapped) && !Array.Exists(SpecialV6, network => network.Contains(mapped)));
    }

    private static IEnumerable<IPNetwork> Parse(string networks) => networks.Split(' ').Select(network => IPNetwork.Parse(network));

    /// <summary>A <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <exception cref="NonPublicAddressException">The host has only addresses that are not public.</exception>
    public async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = IPAddress.TryParse(host, out var address) ? [address] : await Dns.GetHostAddressesAsync(host, cancellationToken);
        var allowed = Array.FindAll(addresses, IsAllowed);
        if (allowed.Length == 0)
        {
            throw new NonPublicAddressException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A host has no public address.</summary>
internal sealed class NonPublicAddressException() : IOException("it has no public address");
