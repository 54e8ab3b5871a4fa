namespace Silk.NET.Core.Contexts;

/// <summary>What has a native window.</summary>
public interface INativeWindowSource
{
    INativeWindow? Native { get; }
}
