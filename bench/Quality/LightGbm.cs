using System.Reflection;
using System.Runtime.InteropServices;

namespace Velodrome.Bench.Quality;

/// <summary>LightGBM's native library, called through its C interface (LightGBM/c_api.h).</summary>
internal sealed partial class LightGbm : ITreeLibrary
{
    private const string Library = "lib_lightgbm";

    /// <summary>The default of its parameter num_iterations, which the C interface leaves to the caller.</summary>
    private const int Trees = 100;

    private const int Float32 = 0;
    private const int Float64 = 1;
    private const int RowMajor = 1;

    public string Name => "LightGBM";

    /// <summary>Whether there is a library for this machine: the package has those for x64.</summary>
    public static bool IsAvailable => NativeLibrary.TryLoad(Library, Assembly.GetExecutingAssembly(), null, out _);

    public (double[] Outputs, double Seconds) Predict(TreeData data)
    {
        var start = Environment.CpuUsage.TotalTime;
        var parameters = ParametersOf(data);
        var (dataset, booster) = ((nint)0, (nint)0);
        try
        {
            Check(CreateDataset(data.Train, Float64, data.TrainRows, data.Columns, RowMajor, parameters, 0, out dataset));
            Check(SetField(dataset, "label", data.Targets, data.TrainRows, Float32));
            Check(CreateBooster(dataset, parameters, out booster));
            for (int tree = 0, isFinished = 0; tree < Trees && isFinished == 0; tree++)
            {
                Check(Update(booster, out isFinished));
            }

            var outputs = new double[data.TestRows * data.Outputs];
            Check(Predict(
                booster, data.Test, Float64, data.TestRows, data.Columns, RowMajor, predictType: 0, startIteration: 0, iterations: -1,
                "num_threads=1", out _, outputs));
            return (outputs, (Environment.CpuUsage.TotalTime - start).TotalSeconds);
        }
        finally
        {
            _ = FreeBooster(booster);
            _ = FreeDataset(dataset);
        }
    }

    public void Dispose() { }

    private static string ParametersOf(TreeData data)
    {
        var objective = data.Classes switch { 0 => "regression", 2 => "binary", _ => $"multiclass num_class={data.Classes}" };
        var categories = data.Categories.Length == 0 ? "" : $" categorical_feature={string.Join(',', data.Categories)}";
        return $"objective={objective} num_threads=1 verbosity=-1{categories}";
    }

    private static void Check(int status)
    {
        if (status != 0)
        {
            throw new InvalidOperationException(Marshal.PtrToStringUTF8(LastError()));
        }
    }

    [LibraryImport(Library, EntryPoint = "LGBM_GetLastError")]
    private static partial nint LastError();

    [LibraryImport(Library, EntryPoint = "LGBM_DatasetCreateFromMat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateDataset(
        double[] data, int type, int rows, int columns, int isRowMajor, string parameters, nint reference, out nint dataset);

    [LibraryImport(Library, EntryPoint = "LGBM_DatasetSetField", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetField(nint dataset, string name, float[] data, int count, int type);

    [LibraryImport(Library, EntryPoint = "LGBM_DatasetFree")]
    private static partial int FreeDataset(nint dataset);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterCreate", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateBooster(nint dataset, string parameters, out nint booster);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterUpdateOneIter")]
    private static partial int Update(nint booster, out int isFinished);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterPredictForMat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Predict(
        nint booster, double[] data, int type, int rows, int columns, int isRowMajor, int predictType, int startIteration, int iterations,
        string parameters, out long length, [Out] double[] outputs);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterFree")]
    private static partial int FreeBooster(nint booster);
}
