namespace Silk.NET.Shaderc;

/// <summary>An included file, or (with an empty name) the reason why there is none. Lengths are bytes.</summary>
public unsafe struct IncludeResult
{
    public byte* SourceName;
    public nuint SourceNameLength;
    public byte* Content;
    public nuint ContentLength;
    public void* UserData;
}
