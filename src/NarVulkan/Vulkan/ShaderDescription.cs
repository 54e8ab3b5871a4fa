namespace NarVulkan.Vulkan;

/// <summary>The host's side of a shader: which SPIR-V, which bindings, how many bytes of push constants. A test compares it with the SPIR-V.</summary>
internal sealed record ShaderDescription(string Stem, string? Variant, BindingDeclaration[] Bindings, uint PushConstantBytes)
{
    /// <summary><c>STEM[.VARIANT]</c>.</summary>
    public string Name => Variant is null ? Stem : $"{Stem}.{Variant}";

    public string ResourceName => $"{Name}.spv";
}
