using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Access;
using Velodrome.Data.Chunks;
using Velodrome.Data.Datasets;
using Velodrome.Data.Datasets.Imports;
using Velodrome.Data.Runs;

namespace Velodrome.Data;

/// <summary>All tables. The file of each entity also contains its mapping.</summary>
public class TrainingDbContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Dataset> Datasets => Set<Dataset>();

    public DbSet<DatasetChunk> DatasetChunks => Set<DatasetChunk>();

    public DbSet<ColumnChunk> ColumnChunks => Set<ColumnChunk>();

    public DbSet<DeletedBundledDataset> DeletedBundledDatasets => Set<DeletedBundledDataset>();

    public DbSet<DatasetImport> Imports => Set<DatasetImport>();

    public DbSet<Run> Runs => Set<Run>();

    public DbSet<Epoch> Epochs => Set<Epoch>();

    public DbSet<Checkpoint> Checkpoints => Set<Checkpoint>();

    public DbSet<Model> Models => Set<Model>();

    public DbSet<RunChunk> RunChunks => Set<RunChunk>();

    public DbSet<PredictionInputs> PredictionInputs => Set<PredictionInputs>();

    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(TrainingDbContext).Assembly);
}
