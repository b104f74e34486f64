using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Velodrome.Data.Datasets;

/// <summary>A bundled dataset that a user deleted. The service does not import it again.</summary>
public sealed class DeletedBundledDataset
{
    public required string Name { get; init; }
}

internal sealed class DeletedBundledDatasetMapping : IEntityTypeConfiguration<DeletedBundledDataset>
{
    public void Configure(EntityTypeBuilder<DeletedBundledDataset> builder)
    {
        builder.HasKey(deleted => deleted.Name);
        builder.Property(deleted => deleted.Name).HasMaxLength(Dataset.MaxNameLength);
    }
}
