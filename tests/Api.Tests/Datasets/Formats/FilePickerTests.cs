using System.Text.RegularExpressions;
using Velodrome.Api.Datasets.Formats;

namespace Velodrome.Api.Tests.Datasets.Formats;

/// <summary>The dashboard's file picker.</summary>
public sealed partial class FilePickerTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    [Fact]
    public async Task The_dashboard_offers_the_files_that_an_upload_takes()
    {
        var script = await app.CreateClient().GetStringAsync("/js/forms/datasetChoice.js");

        string[] taken = [.. TableFormats.All.SelectMany(names => names.Extensions), ".gz", ".zip"];

        Assert.Equal(taken.Order(), Extensions().Match(script).Groups[1].Value.Split(',').Order());
    }

    [GeneratedRegex(@"const extensions =\s+'([^']+)'")]
    private static partial Regex Extensions();
}
