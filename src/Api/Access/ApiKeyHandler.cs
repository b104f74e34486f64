using System.Net;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Velodrome.Api.Problems;
using Velodrome.Api.Settings;

namespace Velodrome.Api.Access;

/// <summary>Authenticates a caller by its key, and answers a caller without the right to an operation.</summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ActiveKeys keys,
    IOptions<VelodromeSettings> settings) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public new const string Scheme = "ApiKey";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var needsKey = Context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null;
        var known = needsKey ? await keys.Get() : await keys.GetPromptly();
        var key = Credential.Read(Request);
        if (key is not null && known.Find(key) is { } caller)
        {
            return AuthenticateResult.Success(new(caller, Scheme));
        }

        // While the service is open, a credential that is no key is ignored: a proxy with a login passes its own credentials on.
        return IsOpen(known) ? AuthenticateResult.Success(new(Caller.Anybody, Scheme))
            : key is null ? AuthenticateResult.NoResult()
            : AuthenticateResult.Fail("The key is unknown.");
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var wasKeySent = (await HandleAuthenticateOnceSafeAsync()).Failure is not null;
        await Problem.Of([wasKeySent ? AccessRefusals.KeyInvalid("Authorization") : AccessRefusals.KeyRequired]).Write(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Problem.Of([AccessRefusals.RoleTooLow(Context, AccessRules.RoleFor(Context))]).Write(Context);

    /// <summary>
    /// Whether everyone may do everything: by a setting, or on this machine as long as no key was ever made. Revoking the last key
    /// therefore does not open the service.
    /// </summary>
    private bool IsOpen(KeySnapshot known) => settings.Value.Access.AllowAnonymous || (!known.HadKeys && ArrivedOnThisMachine());

    /// <summary>Whether the connection was made to a loopback address. A Unix socket has no address.</summary>
    private bool ArrivedOnThisMachine() => Context.Connection.LocalIpAddress is not { } address
        || IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}
