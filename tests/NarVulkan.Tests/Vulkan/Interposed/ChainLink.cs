using System.Runtime.InteropServices;
using Silk.NET.Vulkan;

namespace NarVulkan.Tests.Vulkan.Interposed;

/// <summary>What every structure of a chain begins with (VkBaseOutStructure).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ChainLink
{
    public StructureType SType;
    public ChainLink* PNext;
}
