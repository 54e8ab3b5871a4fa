using System.Runtime.InteropServices;

namespace Silk.NET.Windowing.Glfw;

/// <summary>The functions of GLFW 3.3 that a window for Vulkan needs. Strings are UTF-8; see glfw3.h.</summary>
internal static unsafe class GlfwLibrary
{
    public const int Visible = 0x00020004, Resizable = 0x00020003, ClientApi = 0x00022001, NoApi = 0;

    private static readonly string[] Names = OperatingSystem.IsWindows() ? ["glfw3.dll"]
        : OperatingSystem.IsMacOS() ? ["libglfw.3.dylib"]
        : ["libglfw.so.3.3", "libglfw.so.3"];

    private static readonly Lock Gate = new();
    private static nint library;
    private static bool initialised;

    /// <summary>Loads and initialises GLFW, once in a process; on failure <paramref name="problem"/> says why.</summary>
    public static bool TryInitialise(out string? problem)
    {
        lock (Gate)
        {
            problem = null;
            if (initialised)
            {
                return true;
            }

            if (library == 0 && !Names.Any(name => NativeLibrary.TryLoad(name, typeof(GlfwLibrary).Assembly, null, out library)))
            {
                problem = $"Could not load {string.Join(" or ", Names)}.";
                return false;
            }

            initialised = ((delegate* unmanaged[Cdecl]<int>)Find("glfwInit"))() != 0;
            problem = initialised ? null : LastError();
            return initialised;
        }
    }

    /// <summary>What GLFW has to say about the last call that failed on this thread.</summary>
    public static string LastError()
    {
        byte* text = null;
        int code = ((delegate* unmanaged[Cdecl]<byte**, int>)Find("glfwGetError"))(&text);
        return code == 0 ? "GLFW gave no reason." : $"GLFW: {Marshal.PtrToStringUTF8((nint)text)}";
    }

    public static void WindowHint(int hint, int value) => ((delegate* unmanaged[Cdecl]<int, int, void>)Find("glfwWindowHint"))(hint, value);

    public static nint CreateWindow(int width, int height, string title)
    {
        nint text = Marshal.StringToCoTaskMemUTF8(title);
        try
        {
            return ((delegate* unmanaged[Cdecl]<int, int, nint, nint, nint, nint>)Find("glfwCreateWindow"))(width, height, text, 0, 0);
        }
        finally
        {
            Marshal.FreeCoTaskMem(text);
        }
    }

    public static void DestroyWindow(nint window) => ((delegate* unmanaged[Cdecl]<nint, void>)Find("glfwDestroyWindow"))(window);

    public static void PollEvents() => ((delegate* unmanaged[Cdecl]<void>)Find("glfwPollEvents"))();

    public static void WaitEvents() => ((delegate* unmanaged[Cdecl]<void>)Find("glfwWaitEvents"))();

    public static bool ShouldClose(nint window) => ((delegate* unmanaged[Cdecl]<nint, int>)Find("glfwWindowShouldClose"))(window) != 0;

    public static void SetShouldClose(nint window, bool value) =>
        ((delegate* unmanaged[Cdecl]<nint, int, void>)Find("glfwSetWindowShouldClose"))(window, value ? 1 : 0);

    public static (int Width, int Height) FramebufferSize(nint window) => Pair("glfwGetFramebufferSize", window);

    public static (int Width, int Height) Size(nint window) => Pair("glfwGetWindowSize", window);

    public static void SetSize(nint window, int width, int height) =>
        ((delegate* unmanaged[Cdecl]<nint, int, int, void>)Find("glfwSetWindowSize"))(window, width, height);

    public static void SetPosition(nint window, int x, int y) =>
        ((delegate* unmanaged[Cdecl]<nint, int, int, void>)Find("glfwSetWindowPos"))(window, x, y);

    public static int Attribute(nint window, int attribute) =>
        ((delegate* unmanaged[Cdecl]<nint, int, int>)Find("glfwGetWindowAttrib"))(window, attribute);

    /// <summary>A call whose only argument is the window: show, hide, iconify, restore, maximize.</summary>
    public static void Call(string function, nint window) => ((delegate* unmanaged[Cdecl]<nint, void>)Find(function))(window);

    public static void SetTitle(nint window, string title)
    {
        nint text = Marshal.StringToCoTaskMemUTF8(title);
        ((delegate* unmanaged[Cdecl]<nint, nint, void>)Find("glfwSetWindowTitle"))(window, text);
        Marshal.FreeCoTaskMem(text);
    }

    public static bool VulkanSupported() => ((delegate* unmanaged[Cdecl]<int>)Find("glfwVulkanSupported"))() != 0;

    public static byte** RequiredInstanceExtensions(out uint count)
    {
        uint found = 0;
        byte** names = ((delegate* unmanaged[Cdecl]<uint*, byte**>)Find("glfwGetRequiredInstanceExtensions"))(&found);
        count = found;
        return names;
    }

    /// <returns>A VkResult.</returns>
    public static int CreateSurface(nint instance, nint window, void* allocator, ulong* surface) =>
        ((delegate* unmanaged[Cdecl]<nint, nint, void*, ulong*, int>)Find("glfwCreateWindowSurface"))(instance, window, allocator, surface);

    private static (int First, int Second) Pair(string function, nint window)
    {
        int first, second;
        ((delegate* unmanaged[Cdecl]<nint, int*, int*, void>)Find(function))(window, &first, &second);
        return (first, second);
    }

    private static nint Find(string function) => NativeLibrary.GetExport(library, function);
}
