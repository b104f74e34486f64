using Microsoft.Extensions.Configuration;
using Velodrome.Api.Settings;

namespace Velodrome.Api.Tests.Settings;

public sealed class UnknownSettingsTests
{
    [Theory]
    [InlineData("--DataFodler", "--DataFodler is not a setting; did you mean DataFolder?")]
    [InlineData("--Database:Provder", "--Database:Provder is not a setting; did you mean Database:Provider?")]
    [InlineData("--ConnectionStrings:Databse", "--ConnectionStrings:Databse is not a setting; did you mean ConnectionStrings:Database?")]
    [InlineData("--Colour", "--Colour is not a setting. --help lists all settings.")]
    public void A_misspelt_setting_on_the_command_line_is_refused(string argument, string expected) =>
        Assert.Equal([expected], UnknownSettings.Find(new ConfigurationBuilder(), [argument, "x"], []));

    [Theory]
    [InlineData("--datafolder")]
    [InlineData("--Database:Provider")]
    [InlineData("--urls")]
    [InlineData("--environment")]
    [InlineData("--contentRoot")]
    [InlineData("--Logging:LogLevel:Default")]
    [InlineData("--Kestrel:Endpoints:Https:Url")]
    public void Settings_of_the_service_and_of_its_framework_pass(string argument) =>
        Assert.Empty(UnknownSettings.Find(new ConfigurationBuilder(), [argument, "x"], []));

    [Fact]
    public void A_section_that_a_host_passes_on_without_a_value_passes() =>
        Assert.Empty(UnknownSettings.Find(new ConfigurationBuilder(), ["--Database=", "--Database:Provider=Sqlite"], []));

    [Theory]
    [InlineData("DataFodler", true)]
    [InlineData("Databse__Provider", true)]
    [InlineData("DataFolder", false)]
    [InlineData("Database__Provider", false)]
    [InlineData("PATH", false)]
    [InlineData("ROLES", false)] // of another program
    [InlineData("DOTNET_gcServer", false)]
    [InlineData("ASPNETCORE_ENVIRONMENT", false)]
    public void A_variable_is_refused_only_if_it_is_like_one_of_ours(string name, bool isRefused) =>
        Assert.Equal(isRefused, UnknownSettings.Find(new ConfigurationBuilder(), [], [name]).Any());

    [Fact]
    public void A_misspelt_setting_in_the_settings_file_is_refused()
    {
        var folder = Directory.CreateTempSubdirectory("velodrome-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "appsettings.json"),
                """{ "Wrokers": 2, "Logging": { "LogLevel": { "Default": "Debug" } }, "MinFreeMegabytes": 1 }""");
            using var configuration = new ConfigurationManager(); // as the service has it
            configuration.SetBasePath(folder.FullName).AddJsonFile("appsettings.json");

            Assert.Equal(["Wrokers in appsettings.json is not a setting; did you mean Workers?"],
                UnknownSettings.Find(configuration, [], []));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
