using System.Text.Json.Serialization;

namespace Velodrome.Training.Evaluation;

/// <summary>How good predictions of some rows are.</summary>
/// <param name="Loss">The run's loss over these rows, in its own unit.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "task")]
[JsonDerivedType(typeof(RegressionMetrics), "regression")]
[JsonDerivedType(typeof(ClassificationMetrics), "classification")]
public abstract record Metrics(double Loss);
