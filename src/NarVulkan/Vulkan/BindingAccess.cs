namespace NarVulkan.Vulkan;

/// <summary>What a shader does with a binding.</summary>
internal enum BindingAccess
{
    StorageRead,
    StorageWrite,
    StorageReadWrite,
    UniformTexel,
}
