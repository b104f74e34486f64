using System.Collections;
using System.Collections.Concurrent;
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
    private static readonly ConcurrentDictionary<Type, Member[]> MembersOf = new();
    private static readonly ConcurrentDictionary<Type, bool> Holders = new();

    public static RouteGroupBuilder ValidateRequests(this RouteGroupBuilder routes) => routes.AddEndpointFilterFactory((factory, next) =>
    {
        var services = factory.ApplicationServices.GetRequiredService<IServiceProviderIsService>();
        var parameters = factory.MethodInfo.GetParameters().Where(parameter => !services.IsService(parameter.ParameterType))
            .Select(parameter => (parameter.Position, Name: parameter.Name!, Annotations: parameter.GetCustomAttributes<ValidationAttribute>().ToArray(), parameter.ParameterType))
            .Where(parameter => parameter.Annotations.Length > 0 || CanHold(parameter.ParameterType)).ToArray();
        return parameters.Length == 0 ? next : invocation =>
        {
            var faults = new List<Fault>();
            foreach (var parameter in parameters)
            {
                Check(invocation.Arguments[parameter.Position], parameter.Annotations, parameter.Name, "", faults);
            }

            return faults.Count == 0 ? next(invocation) : throw new RefusedException(faults);
        };
    });

    private static void Check(object? value, ValidationAttribute[] annotations, string path, string prefix, List<Fault> faults)
    {
        foreach (var annotation in annotations)
        {
            if (!annotation.IsValid(value))
            {
                faults.Add(Fault(annotation, value, path));
            }
        }

        if (value is null || !CanHold(value.GetType()))
        {
            return;
        }

        if (value is IEnumerable list)
        {
            var number = 0;
            foreach (var item in list)
            {
                Check(item, [], $"{path}[{number}]", $"{path}[{number}].", faults);
                number++;
            }

            return;
        }

        foreach (var member in MembersOf.GetOrAdd(value.GetType(), Members))
        {
            Check(member.Property.GetValue(value), member.Annotations, prefix + member.Name, $"{prefix}{member.Name}.", faults);
        }
    }

    /// <summary>Whether a value of this type can have annotated members: one of our own records, or a list of them.</summary>
    private static bool CanHold(Type type) => Holders.GetOrAdd(type, static type =>
        (type.Namespace is { } space && space.StartsWith("Velodrome.", StringComparison.Ordinal) && !type.IsEnum) ||
        (type.IsArray ? CanHold(type.GetElementType()!) : type.IsGenericType && type.GetGenericArguments().Any(CanHold)));

    private static Member[] Members(Type type) =>
    [
        .. type.GetProperties()
            .Select(property => new Member(property, JsonNamingPolicy.CamelCase.ConvertName(property.Name), [.. property.GetCustomAttributes<ValidationAttribute>()]))
            .Where(member => member.Annotations.Length > 0 || CanHold(member.Property.PropertyType)),
    ];

    private static Fault Fault(ValidationAttribute annotation, object? value, string path) =>
        new(Code(annotation), path, $"{annotation.FormatErrorMessage(path)} It is {JsonExpectation.Shown(JsonSerializer.SerializeToElement(value))}.");

    private static string Code(ValidationAttribute annotation) => annotation switch
    {
        RequiredAttribute => "missingField",
        MinLengthAttribute or MaxLengthAttribute or LengthAttribute or StringLengthAttribute => "wrongLength",
        _ => "outOfRange",
    };

    private sealed record Member(PropertyInfo Property, string Name, ValidationAttribute[] Annotations);
}
