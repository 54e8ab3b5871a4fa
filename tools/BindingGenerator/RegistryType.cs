namespace BindingGenerator;

/// <summary>A type of the registry.</summary>
/// <param name="Name">C name, <c>VkBuffer</c>.</param>
/// <param name="Category">Registry category: struct, union, enum, bitmask, handle, basetype, funcpointer, ...</param>
/// <param name="Alias">The canonical type, where this is only another spelling of it.</param>
/// <param name="Bits">For a bitmask: the enumeration that holds its bits, or null where no bit exists.</param>
/// <param name="Underlying">For a bitmask, handle or base type: the C type or macro that it is made of.</param>
/// <param name="FunctionText">For a function pointer: its C declaration.</param>
/// <param name="Members">For a struct or union: its members.</param>
internal sealed record RegistryType(
    string Name,
    string Category,
    string? Alias,
    string? Bits,
    string? Underlying,
    string? FunctionText,
    IReadOnlyList<Declaration> Members);
