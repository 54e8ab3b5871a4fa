using System.Runtime.InteropServices;

namespace NarVulkan.Tests.Vulkan;

/// <summary>Sets variables where the Vulkan loader reads them; .NET's own only change a copy. They are put back at disposal.</summary>
internal sealed partial class NativeEnvironment : IDisposable
{
    private readonly List<(string Name, string? Value)> _before = [];

    public NativeEnvironment(params (string Name, string Value)[] variables)
    {
        Skip(variables.Length == 0);
        foreach (var (name, value) in variables)
        {
            _before.Add((name, Marshal.PtrToStringUTF8(GetVariable(name))));
            SetVariable(name, value, 1);
        }
    }

    public void Dispose()
    {
        foreach (var (name, value) in _before)
        {
            if (value is null)
            {
                UnsetVariable(name);
            }
            else
            {
                SetVariable(name, value, 1);
            }
        }
    }

    private static void Skip(bool nothing) =>
        Xunit.Skip.If(nothing || OperatingSystem.IsWindows(), "the loader's environment is changed through the C library");

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetVariable(string name);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "unsetenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnsetVariable(string name);
}
