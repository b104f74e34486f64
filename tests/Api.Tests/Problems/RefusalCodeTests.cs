using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Problems;
using Velodrome.Training;

namespace Velodrome.Api.Tests.Problems;

public sealed partial class RefusalCodeTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    [Fact]
    public void Every_code_that_the_source_raises_is_in_the_table()
    {
        var raised = Sources().SelectMany(source => RaisedCode().Matches(source))
            .Select(match => match.Groups["code"].Value).Distinct().ToArray();

        Assert.InRange(raised.Length, 50, 150);
        Assert.Empty(raised.Except(RefusalCodes.All.Select(code => code.Name)));
    }

    [Fact]
    public void Every_code_in_the_table_is_raised_somewhere()
    {
        var literals = Sources().Select(source => Declaration().Replace(source, "")).SelectMany(source => TextLiteral().Matches(source))
            .Select(match => match.Groups["text"].Value).ToHashSet();

        Assert.Empty(RefusalCodes.All.Select(code => code.Name).Except(literals));
    }

    [Fact]
    public void A_code_that_is_missing_from_the_table_cannot_be_declared()
    {
        var failure = Assert.Throws<ArgumentException>(() => RefusalCodes.Get("runNotfound"));

        Assert.Contains("'runNotfound'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_operation_that_reads_a_body_declares_what_any_body_can_be_refused_with()
    {
        var operations = app.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints)
            .Where(endpoint => endpoint.Metadata.GetMetadata<IAcceptsMetadata>() is not null).ToList();

        Assert.NotEmpty(operations);
        Assert.All(operations, operation => Assert.Superset(
            new HashSet<string> { "unsupportedMediaType", "bodyTooLarge", "emptyBody" },
            DeclaredRefusals.DeclaredBy(operation).ToHashSet()));
    }

    [Theory]
    [InlineData("runNotFound")]
    [InlineData("internalError")]
    public async Task A_refusal_that_its_operation_declares_is_returned(string code) => await Answer(code);

    [Theory]
    [InlineData("runFailed")]
    [InlineData("runNotFound", "runFailed")]
    public async Task A_refusal_that_its_operation_does_not_declare_fails_the_request(params string[] codes) =>
        Assert.Contains("was refused with runFailed, which getRun does not declare",
            (await Assert.ThrowsAsync<InvalidOperationException>(() => Answer(codes))).Message, StringComparison.Ordinal);

    [Fact]
    public void The_page_of_errors_shows_the_table()
    {
        var expected = Page();
        var copy = Path.Combine(AppContext.BaseDirectory, "errors.md");
        File.WriteAllText(copy, expected);

        var page = Repository.PathTo("docs", "errors.md");

        Assert.True(File.Exists(page) && File.ReadAllText(page) == expected, $"{page} differs from the table: replace it with {copy}.");
    }

    /// <summary>Sends a request to an operation that declares <c>runNotFound</c> and refuses with these codes.</summary>
    private Task Answer(params string[] codes)
    {
        var pipeline = new ApplicationBuilder(app.Services);
        new DeclaredRefusals().Configure(inner => inner.Run(http =>
        {
            http.Features.Set(Problem.Of([.. codes.Select(code => new Fault(code, null, ""))]));
            return Task.CompletedTask;
        }))(pipeline);
        var request = new DefaultHttpContext();
        request.SetEndpoint(new RouteEndpoint(_ => Task.CompletedTask, RoutePatternFactory.Parse("/"), 0,
            new EndpointMetadataCollection(new Refusals([RefusalCodes.Get("runNotFound")])), "getRun"));
        return pipeline.Build()(request);
    }

    private static string Page()
    {
        var page = new StringBuilder("""
            # Errors

            Every error response is `application/problem+json` ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)):

            ```json
            {
              "title": "Bad Request",
              "status": 400,
              "code": "outOfRange",
              "detail": "The field training.epochs must be between 1 and 1000000. It is 0.",
              "errors": [{ "code": "outOfRange", "field": "training.epochs", "message": "The field training.epochs must be …" }]
            }
            ```

            `errors` lists everything that is wrong with the request; `code` and `detail` repeat its first entry. A code keeps its meaning
            and its status, while messages may change. `/swagger` shows which operation uses which codes.

            A request that the web server cannot read as HTTP, such as one with `%00` in its path or a control character in a header, gets
            an error without a body. Its status is 400, 411, 414, 431 or 505, and the server closes the connection.

            """);
        Section("Any request", RefusalCodes.AnyRequest);
        Section("Access", RefusalCodes.Access);
        Section("JSON bodies and parameters", RefusalCodes.JsonBody);
        Section("Other codes that several operations use", RefusalCodes.Shared);
        Section("CSV files", RefusalCodes.Csv);
        Section("How a file is read", RefusalCodes.Reading);
        Section("Files of other formats", RefusalCodes.Files);
        Section("Datasets", RefusalCodes.Datasets);
        Section("Starting a run", RefusalCodes.RunRequest);
        Section("Existing runs", RefusalCodes.Runs);
        Section("Keys", RefusalCodes.Keys);
        return page.ToString();

        void Section(string title, IEnumerable<RefusalCode> codes)
        {
            page.Append($"\n## {title}\n\n| code | status | what to do |\n|---|---|---|\n");
            foreach (var code in codes)
            {
                page.Append($"| `{code.Name}` | {code.Status} | {code.Advice} |\n");
            }
        }
    }

    /// <summary>The service's source files, without the table itself.</summary>
    private static IEnumerable<string> Sources() => Directory.EnumerateFiles(Repository.PathTo("src"), "*.cs", SearchOption.AllDirectories)
        .Where(file => Path.GetFileName(file) != "RefusalCodes.cs").Select(File.ReadAllText);

    /// <summary>
    /// <c>new RefusedException("code"</c>, <c>new Fault("code"</c>, and <c>new("code"</c> in a member that returns one of them.
    /// </summary>
    [GeneratedRegex("""(RefusedException|Fault)\("(?<code>\w+)"|(RefusedException|Fault) \w+(\([^;]*?\) =>| =) [^;]*?new\("(?<code>\w+)""")]
    private static partial Regex RaisedCode();

    [GeneratedRegex("""\.Refuses\([^;]*?\)""")]
    private static partial Regex Declaration();

    [GeneratedRegex("""(?<=")(?<text>[a-z]\w+)(?=")""")]
    private static partial Regex TextLiteral();
}
