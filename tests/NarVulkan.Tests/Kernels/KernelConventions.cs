using System.Reflection;
using System.Text.RegularExpressions;
using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.Tests.Kernels;

/// <summary>How a shader's stem leads to its kernel class, twin, parameters and tests; what the kernels declare.</summary>
internal static partial class KernelConventions
{
    public static string ShaderFolder { get; } = Path.Combine(TestPaths.RepositoryRoot, "shaders");

    /// <summary>Stems of the shaders in <c>shaders/</c>.</summary>
    public static IReadOnlyList<string> Stems() =>
        [.. Directory.GetFiles(ShaderFolder, "*.comp").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    /// <summary>matmul_tiled: MatmulTiled.</summary>
    public static string PascalName(string stem) => string.Concat(stem.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    /// <summary>
    /// Names that the kernel of a shader may have: the stem's, or without its last word, which may say the strategy
    /// (matmul_tiled belongs to Matmul).
    /// </summary>
    public static IReadOnlyList<string> KernelNames(string stem)
    {
        var words = stem.Split('_');
        return words.Length == 1 ? [PascalName(stem)] : [PascalName(stem), PascalName(string.Join('_', words[..^1]))];
    }

    public static IReadOnlyList<Type> KernelClasses() =>
        [.. typeof(KernelShaders).Assembly.GetTypes().Where(type =>
            type.Namespace == typeof(KernelShaders).Namespace && type.IsClass && type.Name.EndsWith("Kernel", StringComparison.Ordinal))];

    /// <summary>The parameter struct of a shader.</summary>
    public static Type? Parameters(string stem) =>
        typeof(KernelShaders).Assembly.GetType($"{typeof(KernelShaders).Namespace}.{PascalName(stem)}Parameters");

    /// <summary>
    /// Every shader that a kernel class describes, in a static field or by a static method whose arguments are
    /// enumerations or flags, called with all of their values but those that it says are none.
    /// </summary>
    public static IReadOnlyList<ShaderDescription> Descriptions()
    {
        const BindingFlags Statics = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        var descriptions = new List<ShaderDescription>();
        foreach (var kernel in KernelClasses())
        {
            descriptions.AddRange(kernel.GetFields(Statics).Select(field => field.GetValue(null)).OfType<ShaderDescription>());
            foreach (var method in kernel.GetMethods(Statics).Where(method => method.ReturnType == typeof(ShaderDescription)))
            {
                if (method.GetParameters().All(parameter => parameter.ParameterType.IsEnum || parameter.ParameterType == typeof(bool)))
                {
                    descriptions.AddRange(Arguments(method.GetParameters(), []).Select(list => Invoke(method, list)).OfType<ShaderDescription>());
                }
            }
        }

        return [.. descriptions.DistinctBy(description => description.Name)];
    }

    private static object? Invoke(MethodInfo method, object[] arguments)
    {
        try
        {
            return method.Invoke(null, arguments);
        }
        catch (TargetInvocationException e) when (e.InnerException is ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    /// <summary>Names of the scalars that a parameter file declares, in order.</summary>
    public static IReadOnlyList<string> DeclaredScalars(string glslPath) =>
        [.. ScalarDeclaration().Matches(File.ReadAllText(Path.Combine(ShaderFolder, glslPath))).Select(match => match.Groups[1].Value)];

    private static IEnumerable<object[]> Arguments(ParameterInfo[] parameters, object[] chosen) =>
        chosen.Length == parameters.Length
            ? [chosen]
            : Values(parameters[chosen.Length].ParameterType).SelectMany(value => Arguments(parameters, [.. chosen, value]));

    private static IEnumerable<object> Values(Type type) => type == typeof(bool) ? [false, true] : Enum.GetValues(type).Cast<object>();

    [GeneratedRegex(@"^\s*(?:uint|int|float)\s+(\w+)\s*;", RegexOptions.Multiline)]
    private static partial Regex ScalarDeclaration();
}
