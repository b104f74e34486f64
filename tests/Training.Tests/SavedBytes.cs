using Velodrome.Training.Fitting;
using Velodrome.Training.Models;

namespace Velodrome.Training.Tests;

/// <summary>Checkpoints and models as the bytes that a database stores.</summary>
internal static class SavedBytes
{
    public static byte[] Save(this TrainerState state) => ReadAll(state.OpenRead());

    public static byte[] Save(this TrainedModel model) => ReadAll(model.OpenRead());

    public static TrainerState LoadState(byte[] bytes) => TrainerState.Load(new MemoryStream(bytes));

    public static TrainedModel LoadModel(byte[] bytes) => TrainedModel.Load(new MemoryStream(bytes));

    private static byte[] ReadAll(Stream stream)
    {
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        Assert.Equal(stream.Length, bytes.Length);
        return bytes.ToArray();
    }
}
