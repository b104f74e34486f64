using System.Net.Http.Headers;

namespace Velodrome.Fuzz.Generators;

/// <summary>A table in one of the service's formats.</summary>
/// <param name="MediaType">Its format.</param>
/// <param name="Bytes">The file.</param>
internal sealed record SampleFile(string MediaType, byte[] Bytes)
{
    private static readonly string[] Datasets = ["study-hours", "iris"];
    private static readonly string[] Formats = ["csv", "json", "ndjson", "parquet", "xlsx", "arrow"];

    /// <summary>Downloads the bundled datasets in every format: no other writer of these formats is needed.</summary>
    public static async Task<IReadOnlyList<SampleFile>> Download(HttpClient http, CancellationToken cancellationToken)
    {
        var files = new List<SampleFile>();
        foreach (var (dataset, format) in Datasets.SelectMany(dataset => Formats.Select(format => (dataset, format))))
        {
            using var response = await http.GetAsync($"/api/v1/datasets/{dataset}/{format}", cancellationToken);
            response.EnsureSuccessStatusCode();
            var type = response.Content.Headers.ContentType ?? new MediaTypeHeaderValue("text/csv");
            files.Add(new(type.MediaType!, await response.Content.ReadAsByteArrayAsync(cancellationToken)));
        }

        return files;
    }
}
