using Silk.NET.Core.Contexts;
using Silk.NET.Core.Native;

namespace Silk.NET.Windowing.Glfw;

/// <summary>A GLFW window as Vulkan sees it.</summary>
internal sealed unsafe class GlfwSurface(nint window) : IVkSurface
{
    /// <exception cref="InvalidOperationException">The instance lacks an extension, or there is no Vulkan.</exception>
    public VkNonDispatchableHandle Create<T>(VkHandle instance, T* allocator)
        where T : unmanaged
    {
        ulong surface;
        int result = GlfwLibrary.CreateSurface(instance.Handle, window, allocator, &surface);
        return result == 0
            ? new VkNonDispatchableHandle(surface)
            : throw new InvalidOperationException($"glfwCreateWindowSurface returned {result}. {GlfwLibrary.LastError()}");
    }

    public byte** GetRequiredExtensions(out uint count) => GlfwLibrary.RequiredInstanceExtensions(out count);
}
