using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Velodrome.Data.Access;

/// <summary>The text of a key, which only its owner has. Tools that search code for secrets find it by its prefix.</summary>
public static class KeyText
{
    public const string Prefix = "vd_";

    /// <summary>256 random bits are too many to try all keys, so a fast hash is enough.</summary>
    private const int RandomBytes = 32;

    public static string Create() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
