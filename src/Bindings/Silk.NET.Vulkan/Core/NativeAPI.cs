using Silk.NET.Core.Contexts;

namespace Silk.NET.Core.Native;

/// <summary>A native API: the functions of one library.</summary>
public abstract class NativeAPI : NativeApiContainer
{
    private protected NativeAPI(INativeContext ctx, int slots)
        : base(ctx, slots)
    {
    }

    public INativeContext Context => NativeContext;

    public abstract bool IsExtensionPresent(string name);
}
