using Silk.NET.Windowing;

namespace NarVulkan.Windowing;

/// <summary>Opens a window, or says in one line what is missing for one.</summary>
internal static class DisplayCheck
{
    /// <exception cref="DeviceException">There is no display, GLFW is not installed, or it could not open a window.</exception>
    public static IWindow Open(PictureWindowOptions options)
    {
        if (OperatingSystem.IsLinux() && !IsSet("DISPLAY") && !IsSet("WAYLAND_DISPLAY"))
        {
            throw new DeviceException("a window needs a display: neither DISPLAY nor WAYLAND_DISPLAY is set; run it on a desktop, or under a virtual one (xvfb-run)");
        }
        IWindow? window = null;
        try
        {
            // Keys are read through GLFW; where the real packages bring other window libraries too, they are not for us.
            Window.PrioritizeGlfw();
            window = Window.Create(WindowOptions.DefaultVulkan with
            {
                Title = options.Title,
                Size = new(options.Width, options.Height),
                // The presenter paces itself.
                VSync = false,
            });
            window.Initialize();
        }
        catch (Exception e) when (e is not NarException)
        {
            // Which exception it is depends on the window library's version; what it says goes into the one line.
            Discard(window);
            throw new DeviceException($"no window could be opened: {Reason(e)}", e);
        }
        if (window.Native?.Glfw is not null && window.VkSurface is not null)
        {
            return window;
        }
        bool isGlfw = window.Native?.Glfw is not null;
        Discard(window);
        throw new DeviceException(isGlfw
            ? "no window could be opened: GLFW finds no Vulkan loader that can present; install `libvulkan1` and a driver"
            : "no window could be opened: it needs GLFW; install `libglfw3`");
    }

    private static string Reason(Exception e) => e.Message.Contains("Could not load", StringComparison.OrdinalIgnoreCase) || e is PlatformNotSupportedException && !CanLoadGlfw()
        ? "GLFW is not installed (libglfw.so.3): `apt-get install libglfw3`"
        : $"{e.Message.ReplaceLineEndings(" ")} (DISPLAY is {Quoted("DISPLAY")}, WAYLAND_DISPLAY is {Quoted("WAYLAND_DISPLAY")})";

    private static bool CanLoadGlfw() => !OperatingSystem.IsLinux() || KeyListener.TryFindGlfw(out _);

    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));

    private static string Quoted(string variable) => IsSet(variable) ? $"'{Environment.GetEnvironmentVariable(variable)}'" : "not set";

    private static void Discard(IWindow? window)
    {
        try
        {
            window?.Dispose();
        }
        catch (Exception)
        {
            // What was wrong with it is told already.
        }
    }
}
