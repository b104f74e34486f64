using Velodrome.Api.Datasets.Formats.Export;
using Velodrome.Api.Datasets.Formats.Import;

namespace Velodrome.Api.Datasets.Formats;

internal static class FormatRegistration
{
    public static IServiceCollection AddFormats(this IServiceCollection services) => services
        .AddSingleton<TableConverter>()
        .AddSingleton<FileExport>()
        .AddSingleton<PublicAddresses>()
        .AddSingleton<RemoteFiles>();
}
