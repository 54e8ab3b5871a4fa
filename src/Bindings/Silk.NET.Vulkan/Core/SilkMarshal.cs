using System.Runtime.InteropServices;

namespace Silk.NET.Core.Native;

/// <summary>Strings in native memory, each ended by a zero byte.</summary>
public static unsafe class SilkMarshal
{
    /// <summary>Copies a string to native memory; the caller ends it with <see cref="Free"/>.</summary>
    public static nint StringToPtr(string? input, NativeStringEncoding encoding = NativeStringEncoding.LPStr) =>
        Marshal.StringToCoTaskMemUTF8(input);

    public static string? PtrToString(nint input, NativeStringEncoding encoding = NativeStringEncoding.LPStr) =>
        Marshal.PtrToStringUTF8(input);

    /// <summary>Copies strings to one block of native memory: the pointers first, then the characters.</summary>
    public static nint StringArrayToPtr(IReadOnlyList<string> input, NativeStringEncoding encoding = NativeStringEncoding.LPStr)
    {
        int pointers = input.Count * sizeof(nint);
        int characters = input.Sum(s => System.Text.Encoding.UTF8.GetByteCount(s) + 1);
        nint block = Marshal.AllocCoTaskMem(Math.Max(pointers + characters, 1));
        byte* next = (byte*)block + pointers;
        for (int i = 0; i < input.Count; i++)
        {
            ((byte**)block)[i] = next;
            next += System.Text.Encoding.UTF8.GetBytes(input[i], new Span<byte>(next, characters));
            *next++ = 0;
        }

        return block;
    }

    /// <summary>Ends what <see cref="StringToPtr"/> and <see cref="StringArrayToPtr"/> returned; true if there was anything to end.</summary>
    public static bool Free(nint ptr)
    {
        Marshal.FreeCoTaskMem(ptr);
        return ptr != 0;
    }
}
