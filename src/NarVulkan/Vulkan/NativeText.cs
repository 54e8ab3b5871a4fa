using System.Runtime.InteropServices;
using System.Text;

namespace NarVulkan.Vulkan;

/// <summary>Zero-terminated UTF-8 strings and arrays of them for the lifetime of one call sequence.</summary>
internal sealed unsafe class NativeText : IDisposable
{
    private readonly List<nint> _blocks = [];

    public static string Read(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";

    public byte* Add(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var block = (byte*)NativeMemory.Alloc((nuint)length + 1);
        _blocks.Add((nint)block);
        Encoding.UTF8.GetBytes(text, new Span<byte>(block, length));
        block[length] = 0;
        return block;
    }

    public byte** AddArray(IReadOnlyList<string> texts)
    {
        if (texts.Count == 0)
        {
            return null;
        }

        var array = (byte**)NativeMemory.Alloc((nuint)texts.Count, (nuint)sizeof(byte*));
        _blocks.Add((nint)array);
        for (var i = 0; i < texts.Count; i++)
        {
            array[i] = Add(texts[i]);
        }

        return array;
    }

    public void Dispose()
    {
        foreach (var block in _blocks)
        {
            NativeMemory.Free((void*)block);
        }

        _blocks.Clear();
    }
}
