using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Damage;
using Velodrome.Training;

namespace Velodrome.Data.Datasets;

/// <summary>
/// Reads the chunks of a dataset in order, one in memory at a time, and compares each with its checksum before it returns it. Chunks of
/// earlier versions of the service have no checksum of their own; they are compared with the checksum of the whole dataset after the last
/// one.
/// </summary>
public sealed class VerifiedChunks
{
    private readonly TrainingDbContext _database;
    private readonly Dataset _dataset;
    private readonly Lazy<IReadOnlyList<long>> _versions;
    private readonly long _expected;
    private readonly IncrementalHash _whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private bool _hashesWhole;
    private bool _isVerified;
    private long _length;
    private int _version;
    private int _next;

    private VerifiedChunks(TrainingDbContext database, Dataset dataset, Func<IReadOnlyList<long>> versions, long expected) =>
        (_database, _dataset, _versions, _expected) = (database, dataset, new(versions), expected);

    /// <summary>The whole CSV of a complete version, with the chunks that it shares with the versions before.</summary>
    /// <param name="database">Only read from.</param>
    /// <param name="dataset">A complete version.</param>
    public static VerifiedChunks OfWhole(TrainingDbContext database, Dataset dataset) =>
        new(database, dataset, () => IdsUpTo(database, dataset), dataset.Bytes);

    /// <summary>Only the chunks that a version added to those of the version before.</summary>
    /// <inheritdoc cref="OfWhole"/>
    public static VerifiedChunks OfAdded(TrainingDbContext database, Dataset dataset) =>
        new(database, dataset, () => [dataset.Id], dataset.Bytes - dataset.SharedBytes);

    /// <summary>The next chunk, or nothing after the last one.</summary>
    /// <exception cref="RefusedException"><c>datasetDamaged</c>; <c>datasetNotFound</c>: it was deleted during the read.</exception>
    public ReadOnlyMemory<byte> ReadNext()
    {
        for (; _version < _versions.Value.Count; _version++, _next = 0)
        {
            if (Find(_versions.Value[_version], _next) is { } chunk)
            {
                Verify(chunk);
                _next++;
                return chunk.Bytes;
            }
        }

        VerifyWhole();
        return default;
    }

    private static List<long> IdsUpTo(TrainingDbContext database, Dataset dataset) => dataset.FirstVersionId is null ? [dataset.Id]
        : [.. database.Datasets.UpTo(dataset).Select(version => version.Id)];

    private DatasetChunk? Find(long datasetId, int number) => _database.DatasetChunks.AsNoTracking()
        .SingleOrDefault(chunk => chunk.DatasetId == datasetId && chunk.Number == number);

    private void Verify(DatasetChunk chunk)
    {
        if (!Checksum.Matches(chunk.Bytes, chunk.Sha256))
        {
            throw DamageRefusals.Dataset(
                _dataset.Name, $"chunk {chunk.Number} has another SHA-256 than the one that was stored with it");
        }

        _hashesWhole |= chunk.Sha256 is null;
        if (_hashesWhole)
        {
            _whole.AppendData(chunk.Bytes);
        }

        _length += chunk.Bytes.Length;
    }

    private void VerifyWhole()
    {
        if (_isVerified)
        {
            return;
        }

        if (_length != _expected)
        {
            if (!_database.Datasets.Any(stored => stored.Id == _dataset.Id))
            {
                throw new RefusedException("datasetNotFound", "name", $"Dataset \"{_dataset.Name}\" was deleted while it was read.");
            }

            throw DamageRefusals.Dataset(_dataset.Name, $"its chunks have {_length} bytes instead of {_expected}");
        }

        if (_hashesWhole && Convert.ToHexStringLower(_whole.GetHashAndReset()) != _dataset.Sha256)
        {
            throw DamageRefusals.Dataset(_dataset.Name, "they have another SHA-256 than the uploaded file");
        }

        _isVerified = true;
    }
}
