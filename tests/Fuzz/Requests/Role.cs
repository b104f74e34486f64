namespace Velodrome.Fuzz.Requests;

/// <summary>What a key allows. Each role includes those before it.</summary>
public enum Role
{
    /// <summary>Operations without a key.</summary>
    None,
    Read,
    Write,
    Admin,
}

/// <summary>Who sends a request.</summary>
/// <param name="Role">What the service must let the sender do.</param>
/// <param name="Header">The header with the key, or with a text in its place; null for none.</param>
public sealed record Sender(Role Role, (string Name, string Value)? Header)
{
    /// <summary>Whether the key may be revoked while the request is on its way, so that it may be refused.</summary>
    public bool MayBeRevoked { get; init; }
}
