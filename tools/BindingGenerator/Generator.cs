namespace BindingGenerator;

/// <summary>Turns a registry and a selection into the text of every generated file.</summary>
internal static class Generator
{
    private const string Root = "Silk.NET.Vulkan";

    /// <summary>File name and contents of every generated file.</summary>
    /// <exception cref="InvalidDataException">The selection names what the registry does not have.</exception>
    public static IReadOnlyDictionary<string, string> Run(Registry registry, Selection selection)
    {
        var mapper = new TypeMapper(registry, selection);
        var closure = new Closure(registry, mapper);
        var extensions = selection.Extensions.ToDictionary(e => e, e => Known(registry.ExtensionCommands, e, registry));
        foreach (string command in selection.Commands.Concat(extensions.Values.SelectMany(c => c)))
        {
            closure.Add(Known(registry.Commands, command, registry));
        }

        selection.Types.ForEach(closure.Add);

        var files = new Dictionary<string, string>();
        SourceFile Start(string @namespace, params string[] usings) => new(registry.HeaderVersion, @namespace, usings);
        void Types(string name, Func<RegistryType, bool> which, Action<SourceFile, string> emit, params string[] usings)
        {
            var file = Start(Root, usings);
            foreach (string type in closure.Types.Where(t => which(registry.Types[t])))
            {
                emit(file, type);
            }

            files.Add(name, file.ToString());
        }

        var types = new TypeEmitter(registry, selection, mapper);
        Types("Enums.g.cs", t => t.Category == "enum" || IsLateMask(t, selection), types.Enumeration);
        Types("Handles.g.cs", t => t.Category == "handle", types.Handle);
        Types("Structs.g.cs", t => t.Category is "struct" or "union", types.Structure,
            "Silk.NET.Core", "System.Diagnostics.CodeAnalysis", "System.Runtime.InteropServices");
        Types("Callbacks.g.cs", t => t.Category == "funcpointer" && t.Name != "PFN_vkVoidFunction", types.Callback,
            "Silk.NET.Core", "Silk.NET.Core.Native", "System.Runtime.InteropServices");

        var commands = new CommandEmitter(registry, selection, mapper);
        var constants = Start(Root);
        commands.Constants(constants);
        files.Add("Vk.Constants.g.cs", constants.ToString());

        var core = Start(Root, "Silk.NET.Core", "Silk.NET.Core.Native");
        commands.Core(core, selection.Commands);
        files.Add("Vk.Commands.g.cs", core.ToString());

        foreach (var (extension, names) in extensions)
        {
            var file = Start($"{Root}.Extensions.{extension.Split('_')[1]}", "Silk.NET.Core", "Silk.NET.Core.Contexts", "Silk.NET.Core.Native");
            commands.Extension(file, extension, names);
            files.Add(Naming.ExtensionClass(extension) + ".g.cs", file.ToString());
        }

        return files;
    }

    private static bool IsLateMask(RegistryType type, Selection selection) => type.Category == "bitmask" && selection.LateBits.Contains(type.Name);

    private static T Known<T>(Dictionary<string, T> known, string name, Registry registry) => known.TryGetValue(name, out var found)
        ? found
        : throw new InvalidDataException($"The registry (version {registry.HeaderVersion}) has no {name}: correct commands.txt, or read a newer vk.xml.");
}
