using System.Collections;
using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using Velodrome.Training;

namespace Velodrome.Api.Problems;

/// <summary>
/// Checks the validation attributes of parameters and request records, including nested records. The framework's AddValidation does the
/// same, but reports neither the value nor the attribute, and our errors name both.
/// </summary>
internal static class RequestValidation
{
    private static readonly ConcurrentDictionary<Type, Member[]> MembersByType = new();
    private static readonly ConcurrentDictionary<Type, bool> IsCheckedByType = new();

    public static RouteGroupBuilder ValidateRequests(this RouteGroupBuilder routes) => routes.AddEndpointFilterFactory((factory, next) =>
    {
        var services = factory.ApplicationServices.GetRequiredService<IServiceProviderIsService>();
        var parameters = factory.MethodInfo.GetParameters()
            .Where(parameter => !services.IsService(parameter.ParameterType))
            .Select(parameter => (
                parameter.Position, parameter.ParameterType, Name: parameter.Name!,
                Attributes: parameter.GetCustomAttributes<ValidationAttribute>().ToArray()))
            .Where(parameter => parameter.Attributes.Length > 0 || IsChecked(parameter.ParameterType))
            .ToArray();
        return parameters.Length == 0 ? next : invocation =>
        {
            var faults = new List<Fault>();
            foreach (var parameter in parameters)
            {
                Check(invocation.Arguments[parameter.Position], parameter.Attributes, parameter.Name, "", faults);
            }

            return faults.Count == 0 ? next(invocation) : throw new RefusedException(faults);
        };
    });

    /// <summary>Checks a request that was not sent to an endpoint.</summary>
    internal static IReadOnlyList<Fault> FindFaults(object request)
    {
        var faults = new List<Fault>();
        Check(request, [], "request", "", faults);
        return faults;
    }

    private static void Check(object? value, ValidationAttribute[] attributes, string path, string prefix, List<Fault> faults)
    {
        foreach (var attribute in attributes)
        {
            if (!attribute.IsValid(value))
            {
                faults.Add(FaultOf(attribute, value, path));
            }
        }

        if (value is null || !IsChecked(value.GetType()))
        {
            return;
        }

        if (value is IEnumerable list)
        {
            var number = 0;
            foreach (var item in list)
            {
                if (faults.Count > Problem.MaxErrors)
                {
                    return;
                }

                if (item is null)
                {
                    var field = $"{path}[{number}]";
                    faults.Add(new Fault("nullNotAllowed", field, $"{field} cannot be null. Send a value, or leave it out."));
                }
                else if (IsChecked(item.GetType()))
                {
                    Check(item, [], $"{path}[{number}]", $"{path}[{number}].", faults);
                }

                number++;
            }

            return;
        }

        foreach (var member in MembersByType.GetOrAdd(value.GetType(), MembersOf))
        {
            Check(member.Property.GetValue(value), member.Attributes, prefix + member.Name, $"{prefix}{member.Name}.", faults);
        }
    }

    /// <summary>
    /// Whether values of this type need a check: the service's own records, lists of them, and lists whose items might be null, which the
    /// JSON reader accepts.
    /// </summary>
    private static bool IsChecked(Type type) => IsCheckedByType.GetOrAdd(type, static type =>
        (type.Namespace is { } name && name.StartsWith("Velodrome.", StringComparison.Ordinal) && !type.IsEnum) ||
        (type.IsArray ? NeedsCheck(type.GetElementType()!)
            : type.IsGenericType && type.GetGenericArguments() is var arguments &&
                (arguments is [var item] ? type.IsAssignableTo(typeof(IEnumerable)) && NeedsCheck(item) || IsChecked(item)
                    : arguments.Any(IsChecked))));

    private static bool NeedsCheck(Type item) => !item.IsValueType || IsChecked(item);

    private static Member[] MembersOf(Type type) =>
    [
        .. type.GetProperties()
            .Select(property => new Member(
                property, JsonNamingPolicy.CamelCase.ConvertName(property.Name), [.. property.GetCustomAttributes<ValidationAttribute>()]))
            .Where(member => member.Attributes.Length > 0 || IsChecked(member.Property.PropertyType)),
    ];

    private static Fault FaultOf(ValidationAttribute attribute, object? value, string path) => new(CodeOf(attribute), path,
        $"{attribute.FormatErrorMessage(path)} It is {JsonExpectation.Shorten(JsonSerializer.SerializeToElement(value))}.");

    private static string CodeOf(ValidationAttribute attribute) => attribute switch
    {
        RequiredAttribute => "missingField",
        MinLengthAttribute or MaxLengthAttribute or LengthAttribute or StringLengthAttribute => "wrongLength",
        _ => "outOfRange",
    };

    private sealed record Member(PropertyInfo Property, string Name, ValidationAttribute[] Attributes);
}
