using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Datasets;
using Velodrome.Data.Runs;

namespace Velodrome.Data;

/// <summary>All tables. The file of each entity also has its mapping.</summary>
public class TrainingDbContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Dataset> Datasets => Set<Dataset>();

    public DbSet<DatasetChunk> DatasetChunks => Set<DatasetChunk>();

    public DbSet<DeletedBundledDataset> DeletedBundledDatasets => Set<DeletedBundledDataset>();

    public DbSet<Run> Runs => Set<Run>();

    public DbSet<Epoch> Epochs => Set<Epoch>();

    public DbSet<Checkpoint> Checkpoints => Set<Checkpoint>();

    public DbSet<Model> Models => Set<Model>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(TrainingDbContext).Assembly);
}
