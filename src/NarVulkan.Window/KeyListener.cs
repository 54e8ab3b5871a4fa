using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NarVulkan.Windowing;

/// <summary>
/// Keys pressed in a window, by a callback of GLFW. Silk.NET.Input would be the usual way, but it is one package more, and a window of
/// Silk.NET.Windowing is a window of the GLFW library that is loaded already: this asks for the library by the same names, which finds that one,
/// and sets the callback that nobody else uses. Called on the window's thread.
/// </summary>
internal sealed unsafe class KeyListener : IDisposable
{
    // What GLFW tells of a key.
    private const int Pressed = 1, Repeated = 2;

    // The callback is a function without a closure: it finds its listener by the window's handle.
    private static readonly ConcurrentDictionary<nint, KeyListener> Listeners = new();

    private readonly nint window;
    private readonly Action<WindowKey> pressed;
    private readonly delegate* unmanaged[Cdecl]<nint, delegate* unmanaged[Cdecl]<nint, int, int, int, int, void>, nint> setKeyCallback;

    /// <param name="window">The GLFWwindow.</param>
    /// <param name="pressed">Told about every press, and of the right arrow, which goes on by a step, every repetition; it must not throw.</param>
    /// <exception cref="DeviceException">The library is not where the window's was found.</exception>
    public KeyListener(nint window, Action<WindowKey> pressed)
    {
        this.window = window;
        this.pressed = pressed;
        if (!TryFindGlfw(out nint library))
        {
            throw new DeviceException("GLFW, which opened the window, could not be found again to read keys from it: install `libglfw3`");
        }
        setKeyCallback = (delegate* unmanaged[Cdecl]<nint, delegate* unmanaged[Cdecl]<nint, int, int, int, int, void>, nint>)NativeLibrary.GetExport(library, "glfwSetKeyCallback");
        Listeners[window] = this;
        setKeyCallback(window, &OnKey);
    }

    /// <summary>The library that Silk.NET loads: from beside the program where a package brought it, else the system's.</summary>
    public static bool TryFindGlfw(out nint library)
    {
        string[] names = OperatingSystem.IsWindows() ? ["glfw3.dll"] : OperatingSystem.IsMacOS() ? ["libglfw.3.dylib"] : ["libglfw.so.3", "libglfw.so.3.3"];
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, Assembly.GetExecutingAssembly(), null, out library))
            {
                return true;
            }
        }
        library = 0;
        return false;
    }

    /// <summary>Whether what happened to a key is a press: held down, keys that switch something would switch it to and fro.</summary>
    internal static bool Counts(WindowKey key, int action) => action == Pressed || (action == Repeated && key == WindowKey.Right);

    /// <summary>Hears nothing more; before the window is closed.</summary>
    public void Dispose()
    {
        setKeyCallback(window, null);
        Listeners.TryRemove(window, out _);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnKey(nint window, int key, int scancode, int action, int modifiers)
    {
        if (Counts((WindowKey)key, action) && Listeners.TryGetValue(window, out KeyListener? listener))
        {
            listener.pressed((WindowKey)key);
        }
    }
}
