namespace BindingGenerator;

/// <summary>The types that the selected commands and types reach.</summary>
internal sealed class Closure(Registry registry, TypeMapper mapper)
{
    /// <summary>C names, sorted; aliases and bit masks are replaced by what they stand for.</summary>
    public SortedSet<string> Types { get; } = new(StringComparer.Ordinal);

    public void Add(RegistryCommand command)
    {
        Add(command.Return.Type);
        foreach (var parameter in command.Parameters)
        {
            Add(parameter.Type);
        }
    }

    /// <exception cref="InvalidDataException">The registry does not know the type.</exception>
    public void Add(string type)
    {
        if (TypeMapper.IsPrimitive(type))
        {
            return;
        }

        if (!registry.Types.ContainsKey(type))
        {
            throw new InvalidDataException($"The registry (version {registry.HeaderVersion}) has no type {type}: correct commands.txt, or read a newer vk.xml.");
        }

        string canonical = mapper.Canonical(type);
        if (!Types.Add(canonical))
        {
            return;
        }

        var found = registry.Types[canonical];
        foreach (var member in found.Members)
        {
            Add(member.Type);
        }

        if (found.FunctionText is { } text)
        {
            var function = FunctionType.Parse(text);
            Add(function.Return.Type);
            function.Parameters.ToList().ForEach(p => Add(p.Type));
        }
    }
}
