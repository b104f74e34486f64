using System.Text.Json.Serialization;

namespace Velodrome.Training.Evaluation;

/// <summary>How good predictions of some rows are.</summary>
/// <param name="Loss">The run's loss over these rows, in its own units.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "of")]
[JsonDerivedType(typeof(RegressionMetrics), "numbers")]
[JsonDerivedType(typeof(ClassificationMetrics), "classes")]
public abstract record Metrics(double Loss);
