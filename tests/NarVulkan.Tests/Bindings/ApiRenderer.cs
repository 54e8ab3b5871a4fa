using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NarVulkan.Tests.Bindings;

/// <summary>Writes public types as <see cref="ApiListing"/> has them.</summary>
internal static class ApiRenderer
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<string, string> Keywords = new()
    {
        ["System.Void"] = "void", ["System.Object"] = "object", ["System.String"] = "string", ["System.Boolean"] = "bool",
        ["System.Byte"] = "byte", ["System.UInt16"] = "ushort", ["System.Int32"] = "int", ["System.UInt32"] = "uint",
        ["System.Int64"] = "long", ["System.UInt64"] = "ulong", ["System.Single"] = "float", ["System.Double"] = "double",
        ["System.IntPtr"] = "nint", ["System.UIntPtr"] = "nuint",
    };

    /// <summary>The line that opens a type; the listing names the base class of classes only.</summary>
    public static string Head(Type type)
    {
        string name = type.FullName!;
        if (type.IsEnum)
        {
            string flags = type.IsDefined(typeof(FlagsAttribute)) ? " [Flags]" : "";
            return $"enum {name} : {Name(type.GetEnumUnderlyingType())}{flags}";
        }

        if (type is { IsValueType: true, IsGenericTypeDefinition: true })
        {
            // Its size and its offsets are those of what it is made of.
            return $"struct {name}";
        }

        if (type.IsValueType)
        {
            return $"struct {name} size={SizeOf(type).ToString(CultureInfo.InvariantCulture)}";
        }

        if (type.IsInterface)
        {
            return $"interface {name}";
        }

        if (type.IsSubclassOf(typeof(Delegate)))
        {
            return $"delegate {name}";
        }

        return type.BaseType == typeof(object) ? $"class {name}" : $"class {name} : {Name(type.BaseType!)}";
    }

    /// <summary>One line for each public member that the type itself declares.</summary>
    public static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Name} = {f.GetRawConstantValue()}"));
        }

        var fields = type.GetFields(Declared).Select(f => Field(type, f));
        var properties = type.GetProperties(Declared).Select(Property);
        var constructors = type.GetConstructors().Select(c => $"new({Parameters(c)})");
        var methods = type.GetMethods(Declared)
            .Where(m => (!m.IsSpecialName || m.Name.StartsWith("op_", StringComparison.Ordinal)) && m.Name is not ("BeginInvoke" or "EndInvoke"))
            .Select(Method);
        return fields.Concat(properties).Concat(constructors).Concat(methods);
    }

    private static string Field(Type type, FieldInfo field)
    {
        if (field.IsLiteral)
        {
            return string.Create(CultureInfo.InvariantCulture, $"field const {Name(field.FieldType)} {field.Name} = {field.GetRawConstantValue()}");
        }

        if (type.IsGenericTypeDefinition && !field.IsStatic)
        {
            return $"field {Name(field.FieldType)} {field.Name}";
        }

        return field.IsStatic
            ? $"field static {Name(field.FieldType)} {field.Name}"
            : $"field {Name(field.FieldType)} {field.Name} @{Marshal.OffsetOf(type, field.Name)}";
    }

    private static string Property(PropertyInfo property)
    {
        var accessors = new[] { property.GetMethod, property.SetMethod }.OfType<MethodInfo>().Where(m => m.IsPublic).ToList();
        string kind = accessors[0].IsStatic ? "static " : "";
        string verbs = string.Concat(accessors.Select(m => m == property.GetMethod ? "get; " : "set; "));
        return $"property {kind}{Name(property.PropertyType)} {property.Name} {{ {verbs}}}";
    }

    private static string Method(MethodInfo method)
    {
        string kind = method.IsStatic ? "static " : "";
        string generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";
        return $"{kind}{Name(method.ReturnType)} {method.Name}{generic}({Parameters(method)})";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string kind = parameter.ParameterType.IsByRef ? parameter.IsOut ? "out " : "ref " : "";
        string text = $"{kind}{Name(parameter.ParameterType)} {parameter.Name}";
        if (!parameter.HasDefaultValue)
        {
            return text;
        }

        object? value = parameter.ParameterType.IsEnum
            ? Enum.GetName(parameter.ParameterType, parameter.RawDefaultValue!)
            : parameter.RawDefaultValue;
        return $"{text} = {Convert.ToString(value ?? "null/default", CultureInfo.InvariantCulture)}";
    }

    private static string Name(Type type)
    {
        if (type.IsFunctionPointer)
        {
            return "";
        }

        if (type.IsByRef)
        {
            return Name(type.GetElementType()!);
        }

        if (type.IsPointer || type.IsArray)
        {
            return Name(type.GetElementType()!) + (type.IsPointer ? "*" : "[]");
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        if (type.IsGenericType)
        {
            return $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
        }

        return Keywords.TryGetValue(type.FullName!, out string? keyword)
            ? keyword
            : type.IsNested ? $"{Name(type.DeclaringType!)}.{type.Name}" : type.Name;
    }

    private static int SizeOf(Type type) =>
        (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;
}
