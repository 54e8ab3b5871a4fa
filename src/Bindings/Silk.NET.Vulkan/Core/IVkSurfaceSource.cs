namespace Silk.NET.Core.Contexts;

/// <summary>What has a surface for Vulkan.</summary>
public interface IVkSurfaceSource
{
    /// <summary>Null where the system has no Vulkan.</summary>
    IVkSurface? VkSurface { get; }
}
