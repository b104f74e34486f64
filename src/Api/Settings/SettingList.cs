namespace Velodrome.Api.Settings;

/// <summary>A setting with several values, separated by semicolons as in <c>--urls</c>.</summary>
internal static class SettingList
{
    public static string[] Split(string setting) =>
        setting.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
