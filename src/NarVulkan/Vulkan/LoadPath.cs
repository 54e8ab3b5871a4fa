namespace NarVulkan.Vulkan;

/// <summary>How a kernel reads a large operand: from a storage buffer, or by texelFetch from a uniform texel buffer.</summary>
internal enum LoadPath
{
    Storage,
    Texel,
}
