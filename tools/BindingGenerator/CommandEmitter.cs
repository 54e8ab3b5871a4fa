using System.Globalization;

namespace BindingGenerator;

/// <summary>Writes the methods of <c>Vk</c> and of the extension classes: the all-pointer overload of each command.</summary>
internal sealed class CommandEmitter(Registry registry, Selection selection, TypeMapper mapper)
{
    private static readonly HashSet<string> DeviceLevel = ["VkDevice", "VkQueue", "VkCommandBuffer"];

    // Named by the instance or the device that they create or end; Vk.cs writes these by hand.
    private static readonly HashSet<string> HandWritten =
        ["vkCreateInstance", "vkDestroyInstance", "vkCreateDevice", "vkDestroyDevice", "vkGetInstanceProcAddr", "vkGetDeviceProcAddr"];

    public void Constants(SourceFile file)
    {
        file.Line();
        file.Block("public unsafe partial class Vk", () =>
        {
            foreach (var (name, type, value) in registry.Constants)
            {
                // VK_LOD_CLAMP_NONE is a float in C and a uint in Silk.NET.
                string number = value.Trim('(', ')').Replace("ULL", "UL", StringComparison.Ordinal).Replace(".0F", "", StringComparison.Ordinal);
                file.Line($"public const {(type == "uint64_t" ? "ulong" : "uint")} {Naming.Constant(name)} = {number};");
            }
        });
    }

    public void Core(SourceFile file, IReadOnlyList<string> commands)
    {
        file.Line();
        file.Block("public unsafe partial class Vk", () => Methods(file, commands, hidden: HandWritten));
    }

    public void Extension(SourceFile file, string extension, IReadOnlyList<string> commands)
    {
        string name = Naming.ExtensionClass(extension);
        file.Line();
        file.Block($"public unsafe class {name} : NativeExtension<Vk>", () =>
        {
            file.Line($"public const string ExtensionName = \"{extension}\";");
            file.Line();
            file.Line($"public {name}(INativeContext ctx) : base(ctx, CommandCount) {{ }}");
            file.Line();
            Methods(file, commands, hidden: []);
        });
    }

    private void Methods(SourceFile file, IReadOnlyList<string> commands, HashSet<string> hidden)
    {
        file.Line($"private const int CommandCount = {commands.Count.ToString(CultureInfo.InvariantCulture)};");
        for (int slot = 0; slot < commands.Count; slot++)
        {
            Method(file, registry.Commands[commands[slot]], slot, hidden.Contains(commands[slot]) ? "private" : "public");
        }
    }

    private void Method(SourceFile file, RegistryCommand command, int slot, string visibility)
    {
        string result = mapper.Pointer(command.Return);
        string name = (visibility == "private" ? "Call" : "") + (selection.Renames.GetValueOrDefault(command.Name) ?? Naming.Command(command.Name));
        string declared = string.Join(", ", command.Parameters.Select(p => $"{mapper.Parameter(p)} {Escape(p.Name)}"));
        string passed = string.Join(", ", command.Parameters.Select(p => Escape(p.Name)));
        string pointer = $"delegate* unmanaged<{string.Concat(command.Parameters.Select(p => mapper.Parameter(p) + ", "))}{result}>";
        string level = LevelOf(command);
        file.Line();
        file.Line($"{visibility} {result} {name}({declared}) =>");
        file.Line($"    (({pointer})EntryPoint({slot}, \"{command.Name}\", CommandLevel.{level}))({passed});");
    }

    private string LevelOf(RegistryCommand command)
    {
        string first = command.Parameters.Count == 0 ? "" : command.Parameters[0].Type;
        if (DeviceLevel.Contains(first) && command.Name != "vkGetDeviceProcAddr")
        {
            return "Device";
        }

        bool handle = registry.Types.TryGetValue(first, out var type) && type.Category == "handle";
        return handle && command.Name != "vkGetInstanceProcAddr" ? "Instance" : "Global";
    }

    private static string Escape(string name) => name is "event" or "object" or "params" or "in" or "out" ? "@" + name : name;
}
