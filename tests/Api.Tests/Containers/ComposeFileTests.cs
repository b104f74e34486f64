using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Velodrome.Api.Tests.Containers;

/// <summary>Containers have no more rights than they need. The tests read docker-compose.yml and Dockerfile, and start nothing.</summary>
public sealed partial class ComposeFileTests
{
    private static readonly string Compose = File.ReadAllText(Repository.PathTo("docker-compose.yml"));
    private static readonly string Dockerfile = File.ReadAllText(Repository.PathTo("Dockerfile"));

    public static TheoryData<string> Services => [.. Read().Keys];

    [Fact]
    public void The_file_has_the_services_that_it_describes() => Assert.Equal(["postgres", "api", "worker"], Read().Keys);

    [Theory]
    [MemberData(nameof(Services))]
    public void A_container_writes_only_where_it_must_and_gains_no_rights(string name)
    {
        var service = Read()[name];

        Assert.Equal("true", service["read_only"]);
        Assert.Equal(["ALL"], (IEnumerable<object>)service["cap_drop"]);
        Assert.Contains("no-new-privileges:true", (IEnumerable<object>)service["security_opt"]);
        Assert.Matches("^(\\$\\{\\w+:-)?[0-9]+[mg]\\}?$", (string)service["mem_limit"]);
        Assert.DoesNotContain("privileged", service.Keys);
        Assert.DoesNotContain("cap_add", service.Keys);
    }

    [Fact]
    public void Only_the_api_has_a_port_and_only_on_this_machine()
    {
        var published = Read().Where(service => service.Value.ContainsKey("ports")).ToList();

        Assert.Equal("api", Assert.Single(published).Key);
        Assert.All((IEnumerable<object>)published[0].Value["ports"], port => Assert.StartsWith("127.0.0.1:", (string)port));
    }

    [Fact]
    public void The_password_has_no_default()
    {
        Assert.Equal(2, Password().Count(Compose));
        Assert.Equal(2, RequiredPassword().Count(Compose));
    }

    [Fact]
    public void Images_are_pinned_to_a_full_version_and_a_digest()
    {
        string[] images =
        [
            .. Read().Values.Select(service => (string)service["image"]).Where(image => image != "velodrome"),
            .. BaseImage().Matches(Dockerfile).Select(image => image.Groups["image"].Value),
        ];

        Assert.Equal(3, images.Length);
        Assert.All(images, image => Assert.Matches("^[a-z./-]+:[0-9]+\\.[0-9]+(\\.[0-9]+)?@sha256:[0-9a-f]{64}$", image));
    }

    [Fact]
    public void The_health_check_names_a_host_that_the_service_accepts() =>
        Assert.Contains("HTTP/1.0\\\\r\\\\nHost: localhost\\\\r\\\\n", Dockerfile, StringComparison.Ordinal);

    private static Dictionary<string, Dictionary<string, object>> Read() => new DeserializerBuilder().IgnoreUnmatchedProperties().Build()
        .Deserialize<ComposeFile>(new MergingParser(new Parser(new StringReader(Compose)))).Services;

    [GeneratedRegex(@"\$\{POSTGRES_PASSWORD")]
    private static partial Regex Password();

    [GeneratedRegex(@"\$\{POSTGRES_PASSWORD:\?[^}]+\}")]
    private static partial Regex RequiredPassword();

    [GeneratedRegex(@"^ARG \w+=(?<image>\S+)$", RegexOptions.Multiline)]
    private static partial Regex BaseImage();

    public sealed class ComposeFile
    {
        [YamlMember(Alias = "services")]
        public Dictionary<string, Dictionary<string, object>> Services { get; set; } = [];
    }
}
