using System.Text;
using Velodrome.Fuzz.Checks;
using Velodrome.Fuzz.Requests;

namespace Velodrome.Fuzz.Tests;

/// <summary>The checker reports what it is for, and nothing else.</summary>
public sealed class ResponseCheckerTests
{
    private const string Problem = "application/problem+json";

    private static readonly ApiOperation Operation = new("GET", "/api/v1/runs/{id}", [], [], new HashSet<string> { "runNotFound" });
    private static readonly ApiOperation Writing = Operation with
    {
        Role = Role.Write,
        Codes = new HashSet<string> { "keyRequired", "keyInvalid", "roleTooLow" },
    };

    private static readonly RawRequest Request = new(Operation, "GET", "/api/v1/runs/1", [], null);

    [Theory]
    [InlineData(200, "application/json", "{}")]
    [InlineData(404, Problem, """{ "code": "runNotFound", "detail": "x", "errors": [{ "code": "runNotFound" }] }""")]
    [InlineData(405, Problem, """{ "code": "methodNotAllowed", "detail": "x", "errors": [{ "code": "methodNotAllowed" }] }""")]
    public void A_right_response_is_no_finding(int status, string type, string body) => Assert.Empty(Check(status, type, body));

    [Theory]
    [InlineData(500, Problem, """{ "code": "a", "detail": "x", "errors": [{ "code": "a" }] }""", FindingKind.ServerError)]
    [InlineData(400, Problem, "", FindingKind.NoProblem)]
    [InlineData(400, "text/html", "<p>no</p>", FindingKind.NoProblem)]
    [InlineData(400, Problem, """{ "code": "a", "detail": "x", "errors": [] }""", FindingKind.NoProblem)]
    [InlineData(409, Problem, """{ "code": "runFailed", "detail": "x", "errors": [{ "code": "runFailed" }] }""", FindingKind.Undeclared)]
    [InlineData(200, "application/json", """{ "x": NaN }""", FindingKind.BrokenBody)]
    [InlineData(200, "application/json", "{", FindingKind.BrokenBody)]
    [InlineData(200, "application/json", """{ "x": "   at System.String.Concat(String a)" }""", FindingKind.Leak)]
    public void A_wrong_response_is_a_finding(int status, string type, string body, FindingKind kind) =>
        Assert.Equal(kind, Assert.Single(Check(status, type, body)));

    [Fact]
    public void A_late_response_is_a_finding() =>
        Assert.Equal(FindingKind.Hang, Assert.Single(Check(200, "application/json", "{}", seconds: 6)));

    [Fact]
    public void A_predicted_number_that_is_not_finite_is_a_finding()
    {
        var request = Request with { Method = "POST", Target = "/api/v1/runs/1/predictions" };

        Assert.Equal(FindingKind.BrokenBody, Assert.Single(Check(200, "text/csv", "x,prediction,low\n1,NaN,\n", request: request)));
    }

    [Theory]
    [InlineData(Role.None, 200, null, FindingKind.Access)]
    [InlineData(Role.Read, 200, null, FindingKind.Access)]
    [InlineData(Role.Write, 200, null, null)]
    [InlineData(Role.Admin, 200, null, null)]
    [InlineData(Role.None, 401, "keyRequired", null)]
    [InlineData(Role.Read, 403, "roleTooLow", null)]
    [InlineData(Role.Admin, 403, "roleTooLow", FindingKind.Access)]
    [InlineData(Role.Write, 401, "keyInvalid", FindingKind.Access)]
    public void A_role_is_enough_or_not(Role role, int status, string? code, FindingKind? expected)
    {
        var request = Request with { Operation = Writing, Sender = new(role, null) };
        var body = code is null ? "{}" : $$"""{ "code": "{{code}}", "detail": "x", "errors": [{ "code": "{{code}}" }] }""";

        var type = code is null ? "application/json" : Problem;
        var found = Check(status, type, body, request: request, header: ("www-authenticate", "Bearer"));

        Assert.Equal(expected is { } kind ? [kind] : [], found);
    }

    [Fact]
    public void A_refusal_that_names_no_scheme_is_a_finding() => Assert.Equal(FindingKind.Access, Assert.Single(Check(401, Problem,
        """{ "code": "keyRequired", "detail": "x", "errors": [{ "code": "keyRequired" }] }""",
        request: Request with { Operation = Writing })));

    [Theory]
    [InlineData("a=b; path=/; secure; samesite=strict; httponly", false)]
    [InlineData("a=b; path=/; samesite=strict", true)]
    [InlineData("a=b; path=/; samesite=lax; httponly", true)]
    public void A_cookie_that_scripts_or_other_sites_can_use_is_a_finding(string cookie, bool isFinding) =>
        Assert.Equal(isFinding ? [FindingKind.Access] : [], Check(200, "application/json", "{}", header: ("set-cookie", cookie)));

    private static FindingKind[] Check(int status, string type, string body, int seconds = 0, RawRequest? request = null,
        (string Name, string Value)? header = null)
    {
        var headers = new Dictionary<string, string> { ["content-type"] = type };
        if (header is { } other)
        {
            headers[other.Name] = other.Value;
        }

        var response = new RawResponse(status, headers, Encoding.UTF8.GetBytes(body), TimeSpan.FromSeconds(seconds));
        var checker = new ResponseChecker(new HashSet<string> { "methodNotAllowed" });
        return [.. checker.Check(request ?? Request, response).Select(found => found.Kind)];
    }
}
