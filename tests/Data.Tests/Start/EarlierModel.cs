namespace Velodrome.Data.Tests.Start;

/// <summary>A model that version 1 of the format stored: one JSON document with the weights as base64.</summary>
internal static class EarlierModel
{
    public const string WeightsSha256 = "ef0c7312a758cf6f24651427ef7a1c3744f15eaa56f1fe989ec3ad72db5d010e";

    public static byte[] Bytes => """
        {"format":"velodrome-model/1","encoder":{"features":[{"encoding":"number","kind":"number","mean":3.5,
        "standardDeviation":1.707825127659933,"median":3.5,"min":1,"max":6,"hasIndicator":false,"width":1,"name":"hours"}],
        "target":{"encoding":"number","mean":66.33333333333333,"standardDeviation":13.900439641328694,"outputs":1,"name":"score"}},
        "interval":{"rows":2,"residuals":[26.057511944330884,32.96961018873225]},"hidden":[2],"activation":"relu",
        "weights":"SzGLPQvejL03s5y9siCavS0M07/2X9M/ra1hOw=="}
        """u8.ToArray();
}
