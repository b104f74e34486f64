using System.Text.Json.Serialization;

namespace Velodrome.Training.Evaluation;

/// <summary>Metrics of the predictions of some rows.</summary>
/// <param name="Loss">The run's loss over these rows, in its own unit.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "task")]
[JsonDerivedType(typeof(RegressionMetrics), "regression")]
[JsonDerivedType(typeof(ClassificationMetrics), "classification")]
public abstract record Metrics(double Loss);
