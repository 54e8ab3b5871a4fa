using System.Runtime.InteropServices;
using System.Text;
using Silk.NET.Core.Contexts;

namespace NarVulkan.Tests.Vulkan.Interposed;

/// <summary>
/// Stands between the product and the Vulkan loader: whatever command is looked up, a derived class may put one of its own before it.
/// Layers and driver lie behind it, so that they see what the product really asks for.
/// </summary>
internal abstract unsafe class InterposedVulkan : INativeContext
{
    private readonly INativeContext _loader;
    private readonly delegate* unmanaged<nint, byte*, nint> _instanceProcAddr;
    private readonly Lookup _getInstanceProcAddr, _getDeviceProcAddr;
    private readonly Dictionary<(string Command, nint Real), nint> _replacements = [];

    // Native code calls them: they live as long as this.
    private readonly List<Delegate> _kept = [];
    private readonly Lock _lock = new();
    private delegate* unmanaged<nint, byte*, nint> _deviceProcAddr;

    protected InterposedVulkan(INativeContext loader)
    {
        _loader = loader;
        _instanceProcAddr = (delegate* unmanaged<nint, byte*, nint>)loader.GetProcAddress("vkGetInstanceProcAddr");
        _getInstanceProcAddr = GetInstanceProcAddr;
        _getDeviceProcAddr = GetDeviceProcAddr;
    }

    private delegate nint Lookup(nint handle, byte* name);

    public nint GetProcAddress(string proc, int? slot = null) => proc == "vkGetInstanceProcAddr"
        ? Marshal.GetFunctionPointerForDelegate(_getInstanceProcAddr)
        : Before(proc, _loader.GetProcAddress(proc, slot));

    public bool TryGetProcAddress(string proc, out nint addr, int? slot = null)
    {
        if (proc != "vkGetInstanceProcAddr" && !_loader.TryGetProcAddress(proc, out addr, slot))
        {
            return false;
        }

        addr = GetProcAddress(proc, slot);
        return true;
    }

    public void Dispose() => _loader.Dispose();

    /// <summary>What stands before a command; null: nothing. Asked once for each command and address.</summary>
    /// <param name="command">The command's name.</param>
    /// <param name="real">Its address.</param>
    protected abstract Delegate? Replace(string command, nint real);

    /// <summary>The real command of a device, whatever stands before it.</summary>
    protected nint AddressOf(nint device, string command)
    {
        using var text = new NarVulkan.Vulkan.NativeText();
        return _deviceProcAddr(device, text.Add(command));
    }

    private nint GetInstanceProcAddr(nint instance, byte* name)
    {
        var real = _instanceProcAddr(instance, name);
        var command = Text(name);
        switch (command)
        {
            case "vkGetInstanceProcAddr":
                return real == 0 ? 0 : Marshal.GetFunctionPointerForDelegate(_getInstanceProcAddr);
            case "vkGetDeviceProcAddr" when real != 0:
                _deviceProcAddr = (delegate* unmanaged<nint, byte*, nint>)real;
                return Marshal.GetFunctionPointerForDelegate(_getDeviceProcAddr);
            default:
                return Before(command, real);
        }
    }

    private nint GetDeviceProcAddr(nint device, byte* name) => Before(Text(name), _deviceProcAddr(device, name));

    private nint Before(string command, nint real)
    {
        if (real == 0)
        {
            return 0;
        }

        lock (_lock)
        {
            if (!_replacements.TryGetValue((command, real), out var address))
            {
                address = real;
                if (Replace(command, real) is { } replacement)
                {
                    _kept.Add(replacement);
                    address = Marshal.GetFunctionPointerForDelegate(replacement);
                }

                _replacements.Add((command, real), address);
            }

            return address;
        }
    }

    private static string Text(byte* name) => Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name));
}
