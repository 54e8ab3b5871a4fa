using System.Globalization;

namespace BindingGenerator;

/// <summary>Writes enumerations, handles, structs, unions and callback types.</summary>
internal sealed class TypeEmitter(Registry registry, Selection selection, TypeMapper mapper)
{
    // Silk.NET names these delegates otherwise than the function pointer.
    private static readonly Dictionary<string, string> DelegateNames = new()
    {
        ["PFN_vkDebugUtilsMessengerCallbackEXT"] = "DebugUtilsMessengerCallbackFunctionEXT",
    };

    public void Enumeration(SourceFile file, string type)
    {
        var mask = registry.Types.Values.FirstOrDefault(t => t.Category == "bitmask" && t.Alias is null && (t.Bits ?? t.Name) == type);
        bool wide = mask?.Underlying == "VkFlags64";
        var members = registry.EnumerantsOf(type);
        string prefix = selection.Prefixes.GetValueOrDefault(type) ?? Naming.EnumerantPrefix(type, members.Select(m => m.Name));

        file.Line();
        if (mask is not null || selection.Flags.Contains(type))
        {
            file.Line("[Flags]");
        }

        file.Block($"public enum {Naming.Type(type)} : {(wide ? "long" : "int")}", () =>
        {
            if (mask is not null)
            {
                file.Line("None = 0,");
            }

            foreach (var member in members)
            {
                string name = Naming.Enumerant(member.Name, prefix);
                if (mask is null || name != "None")
                {
                    long value = wide ? member.Value : unchecked((int)member.Value);
                    file.Line($"{name} = {value.ToString(CultureInfo.InvariantCulture)},");
                }
            }
        });
    }

    public void Handle(SourceFile file, string type)
    {
        string integer = registry.Types[type].Underlying == "VK_DEFINE_HANDLE" ? "nint" : "ulong";
        string name = Naming.Type(type);
        file.Line();
        file.Block($"public struct {name}", () =>
        {
            file.Line($"public {integer} Handle;");
            file.Line();
            file.Line($"public {name}({integer}? handle = null) => Handle = handle ?? 0;");
        });
    }

    public void Structure(SourceFile file, string type)
    {
        var found = registry.Types[type];
        bool union = found.Category == "union";
        file.Line();
        if (union)
        {
            file.Line("[StructLayout(LayoutKind.Explicit)]");
        }

        file.Block($"public unsafe struct {Naming.Type(type)}", () =>
        {
            foreach (var member in found.Members)
            {
                Member(file, member, union);
            }

            foreach (var member in found.Members.Where(m => m.Length is not null && !IsFixed(m)))
            {
                InnerBuffer(file, member);
            }
        });
    }

    public void Callback(SourceFile file, string type)
    {
        var function = FunctionType.Parse(registry.Types[type].FunctionText!);
        string pfn = Naming.Type(type);
        string name = DelegateNames.GetValueOrDefault(type) ?? type["PFN_vk".Length..];

        // A delegate returns the plain integer, as in Silk.NET; the layout is that of Bool32.
        string result = mapper.Pointer(function.Return);
        string managed = result == "Bool32" ? "uint" : result;
        string pointer = $"delegate* unmanaged[Cdecl]<{string.Concat(function.Parameters.Select(p => mapper.Parameter(p) + ", "))}{result}>";
        string parameters = string.Join(", ", function.Parameters.Select(p => $"{mapper.Parameter(p)} {p.Name}"));

        file.Line();
        file.Line("[UnmanagedFunctionPointer(CallingConvention.Cdecl)]");
        file.Line($"public unsafe delegate {managed} {name}({parameters});");
        file.Line();
        file.Block($"public readonly unsafe struct {pfn} : IDisposable", () =>
        {
            file.Line("private readonly void* _handle;");
            file.Line();
            file.Line($"public {pointer} Handle => ({pointer})_handle;");
            file.Line();
            file.Line($"public {pfn}({pointer} ptr) => _handle = ptr;");
            file.Line();
            file.Line($"public {pfn}({name} func) => _handle = (void*)CallbackRoots.Add(func);");
            file.Line();
            file.Line("public void Dispose() => CallbackRoots.Remove((nint)_handle);");
            file.Line();
            file.Line($"public static implicit operator {pfn}({pointer} func) => new(func);");
            file.Line();
            file.Line($"public static implicit operator {pfn}({name} func) => new(func);");
            file.Line();
            file.Line($"public static implicit operator {pointer}({pfn} pfn) => pfn.Handle;");
        });
    }

    private void Member(SourceFile file, Declaration member, bool union)
    {
        string name = Naming.Field(member.Name);
        string type = mapper.Pointer(member);
        if (member.Length is null)
        {
            file.Line($"{(union ? "[FieldOffset(0)] " : "")}public {type} {name};");
        }
        else if (union)
        {
            // Silk.NET spells out arrays in unions as numbered fields.
            int size = type is "byte" ? 1 : 4;
            for (int i = 0; i < mapper.Length(member.Length); i++)
            {
                file.Line($"[FieldOffset({i * size})] public {type} {name}_{i};");
            }
        }
        else if (IsFixed(member))
        {
            file.Line($"public fixed {type} {name}[{mapper.Length(member.Length)}];");
        }
        else
        {
            file.Line($"public {name}Buffer {name};");
        }
    }

    private void InnerBuffer(SourceFile file, Declaration member)
    {
        string type = mapper.Pointer(member);
        int length = mapper.Length(member.Length!);
        file.Line();
        file.Block($"public struct {Naming.Field(member.Name)}Buffer", () =>
        {
            for (int i = 0; i < length; i++)
            {
                file.Line($"public {type} Element{i};");
            }

            file.Line();
            file.Line("[UnscopedRef]");
            file.Line($"public ref {type} this[int index] => ref AsSpan()[index];");
            file.Line();
            file.Line("[UnscopedRef]");
            file.Line($"public Span<{type}> AsSpan() => MemoryMarshal.CreateSpan(ref Element0, {length});");
        });
    }

    private bool IsFixed(Declaration member) => mapper.Pointer(member) is "byte" or "uint" or "int" or "float" or "ulong" or "long" or "ushort";
}
