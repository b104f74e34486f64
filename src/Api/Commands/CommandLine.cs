using System.CommandLine;
using System.CommandLine.Parsing;
using Velodrome.Api.Settings;

namespace Velodrome.Api.Commands;

/// <summary>
/// The program's commands, such as <c>check</c>. Without a command the program is the service. A command takes the same settings as the
/// service does, from the command line, the environment and appsettings.json.
/// </summary>
internal static class CommandLine
{
    private const string UrlsSetting = "urls";

    /// <summary>Settings of every command, by their names.</summary>
    private static IReadOnlyList<Option<string>> SettingOptions { get; } =
    [
        Setting(UrlsSetting, "Addresses to listen on, separated by semicolons. Default http://127.0.0.1:5080."),
        .. SettingDescription.All.Select(setting => Setting(setting.Name, setting.Sentence)),
    ];

    /// <summary>True if the arguments name a command, or ask for help or the version. Others are settings of the service.</summary>
    public static bool IsCommand(string[] arguments) =>
        (arguments is [var first, ..] && first is not ['-' or '/', ..] && !first.Contains('='))
        || arguments.Any(argument => argument is "--help" or "-h" or "-?" or "--version");

    /// <returns>The exit code.</returns>
    public static int Run(string[] arguments) =>
        Root().Parse(arguments).Invoke(new() { EnableDefaultExceptionHandler = false }); // Program explains failures

    /// <summary>The settings of a command.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is wrong.</exception>
    public static VelodromeSettings Settings(this ParseResult parsed)
    {
        var arguments = SettingOptions
            .Where(option => parsed.GetResult(option) is OptionResult { Implicit: false })
            .Select(option => $"{option.Name}={parsed.GetValue(option)}");
        var builder = ServiceBuilder.Create([.. arguments]);
        builder.RefuseUnknownSettings([]); // the parser has refused those of the command line
        return builder.AddSettings();
    }

    private static RootCommand Root()
    {
        var root = new RootCommand(
            "Trains neural networks over HTTP. Without a command, starts the service. Each setting can also be set in appsettings.json " +
            "or in the environment (Database__Provider).")
        {
            CheckCommand.Create(),
            BackupCommand.Create(),
            RestoreCommand.Create(),
            MoveCommand.Create(),
            KeysCommand.Create(),
        };
        foreach (var setting in SettingOptions)
        {
            root.Options.Add(setting);
        }

        return root;
    }

    private static Option<string> Setting(string name, string sentence) =>
        new($"--{name}") { Description = sentence, HelpName = "value", Recursive = true };
}
