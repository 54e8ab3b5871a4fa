using Silk.NET.Core.Contexts;

namespace Silk.NET.Core.Native;

/// <summary>The functions of one extension of a native API.</summary>
public abstract class NativeExtension<T> : NativeApiContainer
    where T : NativeAPI
{
    private protected NativeExtension(INativeContext ctx, int slots)
        : base(ctx, slots)
    {
    }
}
