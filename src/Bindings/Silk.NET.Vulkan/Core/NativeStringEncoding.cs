namespace Silk.NET.Core.Native;

/// <summary>How a string is laid out in native memory. Only the 8-bit encodings are supported here, both as UTF-8.</summary>
public enum NativeStringEncoding
{
    LPStr = 20,
    LPUTF8Str = 48,
    Ansi = LPStr,
    UTF8 = LPUTF8Str,
}
