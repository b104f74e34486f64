using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using Velodrome.Training;

namespace Velodrome.Api.Problems;

/// <summary>
/// Checks what the annotations on parameters and request records allow, nested ones too. The framework's AddValidation does
/// the same walk but gives neither the value nor the annotation it failed, and an error must name both.
/// </summary>
internal static class RequestValidation
{
    public static RouteGroupBuilder ValidateRequests(this RouteGroupBuilder routes) => routes.AddEndpointFilterFactory((factory, next) =>
    {
        var services = factory.ApplicationServices.GetRequiredService<IServiceProviderIsService>();
        var parameters = factory.MethodInfo.GetParameters().Where(parameter => !services.IsService(parameter.ParameterType)).ToArray();
        return invocation =>
        {
            var faults = parameters
                .SelectMany(parameter => Faults(invocation.Arguments[parameter.Position], parameter.GetCustomAttributes<ValidationAttribute>(), parameter.Name!, ""))
                .ToList();
            return faults.Count == 0 ? next(invocation) : throw new RefusedException(faults);
        };
    });

    private static IEnumerable<Fault> Faults(object? value, IEnumerable<ValidationAttribute> annotations, string path, string prefix)
    {
        var failed = annotations.Where(annotation => !annotation.IsValid(value)).Select(annotation => Fault(annotation, value, path));
        var inner = value switch
        {
            null or string => [],
            IEnumerable list => list.Cast<object?>().SelectMany((item, number) => Faults(item, [], $"{path}[{number}]", $"{path}[{number}].")),
            _ when value.GetType().FullName!.StartsWith("Velodrome.", StringComparison.Ordinal) && !value.GetType().IsEnum => value.GetType().GetProperties()
                .SelectMany(property => Faults(property.GetValue(value), property.GetCustomAttributes<ValidationAttribute>(),
                    prefix + Camel(property.Name), $"{prefix}{Camel(property.Name)}.")),
            _ => [],
        };
        return failed.Concat(inner);
    }

    private static Fault Fault(ValidationAttribute annotation, object? value, string path) =>
        new(Code(annotation), path, $"{annotation.FormatErrorMessage(path)} It is {JsonExpectation.Shown(JsonSerializer.SerializeToElement(value))}.");

    private static string Code(ValidationAttribute annotation) => annotation switch
    {
        RequiredAttribute => "missingField",
        MinLengthAttribute or MaxLengthAttribute or LengthAttribute or StringLengthAttribute => "wrongLength",
        _ => "outOfRange",
    };

    private static string Camel(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);
}
