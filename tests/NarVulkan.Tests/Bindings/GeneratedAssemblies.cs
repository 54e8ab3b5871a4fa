using System.Reflection;
using System.Runtime.Loader;

namespace NarVulkan.Tests.Bindings;

/// <summary>
/// The assemblies of <c>src/Bindings</c>, in a context of their own: where the real packages are used, types of the same name
/// are loaded already.
/// </summary>
internal static class GeneratedAssemblies
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    public static readonly string[] Names = ["Silk.NET.Vulkan", "Silk.NET.Windowing", "Silk.NET.Shaderc", "StbImageWriteSharp"];

    private static readonly AssemblyLoadContext Context = MakeContext();

    public static IReadOnlyList<Type> PublicTypes(string assembly) => Context.LoadFromAssemblyPath(PathOf(assembly)).GetExportedTypes();

    private static AssemblyLoadContext MakeContext()
    {
        var context = new AssemblyLoadContext("src/Bindings");
        context.Resolving += (self, name) => Names.Contains(name.Name) ? self.LoadFromAssemblyPath(PathOf(name.Name!)) : null;
        return context;
    }

    private static string PathOf(string assembly) =>
        Path.Combine(TestPaths.RepositoryRoot, "src", "Bindings", assembly, "bin", Configuration, "net10.0", assembly + ".dll");
}
