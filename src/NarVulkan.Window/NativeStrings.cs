using System.Runtime.InteropServices;

namespace NarVulkan.Windowing;

/// <summary>Strings for one Vulkan call, in native memory.</summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    private readonly List<nint> blocks = [];

    public byte* Add(string text)
    {
        nint block = Marshal.StringToCoTaskMemUTF8(text);
        blocks.Add(block);
        return (byte*)block;
    }

    public byte** AddArray(IReadOnlyList<string> texts)
    {
        nint block = Marshal.AllocCoTaskMem(Math.Max(1, texts.Count) * sizeof(byte*));
        blocks.Add(block);
        for (int i = 0; i < texts.Count; i++)
        {
            ((byte**)block)[i] = Add(texts[i]);
        }
        return (byte**)block;
    }

    public void Dispose() => blocks.ForEach(Marshal.FreeCoTaskMem);
}
