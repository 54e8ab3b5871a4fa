namespace Silk.NET.Windowing;

/// <summary>Version of a graphics API.</summary>
public struct APIVersion(int majorVersion, int minorVersion)
{
    public int MajorVersion = majorVersion;

    public int MinorVersion = minorVersion;
}
