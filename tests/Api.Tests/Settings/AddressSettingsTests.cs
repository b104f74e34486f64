using Microsoft.Extensions.Configuration;
using Velodrome.Api.Settings;

namespace Velodrome.Api.Tests.Settings;

public sealed class AddressSettingsTests
{
    [Theory]
    [InlineData("AllowedHosts", "ml.example.org;*.internal;10.0.0.7;fd00::7;*")]
    [InlineData("Cors:Origins", "https://app.example.org;http://localhost:3000;http://[::1]:3000;chrome-extension://abcdef")]
    [InlineData("Proxies", "10.0.0.7;10.0.0.0/8;fd00::/8;::1")]
    [InlineData("PathBase", "/velodrome")]
    [InlineData("PathBase", "/ml/velodrome")]
    public void Entries_that_have_an_effect_are_accepted(string setting, string value) => Assert.Empty(FaultsOf((setting, value)));

    [Theory]
    [InlineData("AllowedHosts", "http://ml.example.org")]
    [InlineData("AllowedHosts", "ml.example.org:5080")]
    [InlineData("AllowedHosts", "ml.example.org,other.example.org")]
    [InlineData("AllowedHosts", "a*.example.org")]
    [InlineData("Cors:Origins", "*")]
    [InlineData("Cors:Origins", "null")]
    [InlineData("Cors:Origins", "app.example.org")]
    [InlineData("Cors:Origins", "https://app.example.org/")]
    [InlineData("Cors:Origins", "https://app.example.org/page")]
    [InlineData("Cors:Origins", "https://app.example.org:443")] // browsers leave the default port out
    [InlineData("Proxies", "proxy.example.org")]
    [InlineData("Proxies", "10.0.0.0/33")]
    [InlineData("PathBase", "velodrome")]
    [InlineData("PathBase", "/velodrome/")]
    [InlineData("PathBase", "/")]
    [InlineData("PathBase", "//evil.example")]
    public void An_entry_without_effect_is_named(string setting, string value)
    {
        var fault = Assert.Single(FaultsOf((setting, value)));

        Assert.StartsWith(setting, fault, StringComparison.Ordinal);
        Assert.Contains($"\"{value}\"", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_in_a_settings_file_is_not_ignored() => Assert.Equal(
        "AllowedHosts is a list. Write its entries as one text, separated by semicolons.",
        Assert.Single(FaultsOf(("AllowedHosts:0", "ml.example.org"))));

    private static IEnumerable<string> FaultsOf(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build();
        return AddressSettings.Faults(configuration.Get<VelodromeSettings>()!, configuration);
    }
}
