namespace NarVulkan.Vulkan;

/// <summary>One binding of a shader in set 0; its place in the array is the binding number.</summary>
internal readonly record struct BindingDeclaration(BindingAccess Access)
{
    public bool Reads => Access != BindingAccess.StorageWrite;

    public bool Writes => Access is BindingAccess.StorageWrite or BindingAccess.StorageReadWrite;
}
