using Xunit;

namespace NarVulkan.Tests.Bindings;

/// <summary>Every type and member of Silk.NET that a compiled assembly of ours refers to exists in the real packages, by the listing of their public API.</summary>
public sealed class ReferencedMembersTests
{
    private static readonly ApiListing Listing = ApiListing.Load();

    [Theory]
    [InlineData(typeof(NarContext), "Silk.NET.Vulkan")]
    [InlineData(typeof(NarVulkan.Windowing.PictureWindow), "Silk.NET.Windowing")]
    [InlineData(typeof(NarVulkan.Windowing.PictureWindow), "Silk.NET.Maths.Vector2D`1")]
    [InlineData(typeof(NarVulkan.Cli.Program), "StbImageWriteSharp")]
    public void References_OfAnAssembly_AreKnown(Type ofAssembly, string binding)
    {
        var references = SilkReferences.Of(ofAssembly.Assembly.Location);

        Assert.Contains(references, reference => reference.Type.StartsWith(binding, StringComparison.Ordinal));
        Assert.Equal([], references.Where(reference => !IsKnown(reference)).Select(reference => reference.ToString()).Distinct());
    }

    [Fact]
    public void References_OfEverythingThatIsPacked_AreKnown()
    {
        // The tool's package has every assembly of ours that its program loads, the window's and the library's have one each.
        string[] packed = [.. Ours(typeof(NarVulkan.Cli.Program).Assembly.GetName().Name!).Distinct()];

        Assert.Equal(["NarVulkan", "NarVulkan.Benchmarks", "NarVulkan.Window", "narvk"], packed.Order(StringComparer.Ordinal));
        Assert.Equal([], packed.SelectMany(assembly => SilkReferences.Of(PathOf(assembly))).Where(reference => !IsKnown(reference)).Select(reference => reference.ToString()));

        static IEnumerable<string> Ours(string assembly) => System.Reflection.Assembly.LoadFrom(PathOf(assembly)).GetReferencedAssemblies()
            .Select(reference => reference.Name!).Where(name => name.StartsWith("NarVulkan", StringComparison.Ordinal)).SelectMany(Ours).Append(assembly);

        static string PathOf(string assembly) => Path.Combine(AppContext.BaseDirectory, assembly + ".dll");
    }

    [Fact]
    public void References_ThatDoNotExist_AreFound()
    {
        Assert.False(IsKnown(new SilkReference("Silk.NET.Vulkan.NoSuchType", null, null)));
        Assert.False(IsKnown(new SilkReference("Silk.NET.Vulkan.Vk", "CmdNoSuchThing", "CommandBuffer;uint")));
        Assert.False(IsKnown(new SilkReference("Silk.NET.Vulkan.Vk", "CmdDispatch", "CommandBuffer;uint")));
        Assert.True(IsKnown(new SilkReference("Silk.NET.Vulkan.Vk", "CmdDispatch", "CommandBuffer;uint;uint;uint")));
        Assert.True(IsKnown(new SilkReference("Silk.NET.Vulkan.Extent3D", "Width", null)));
        Assert.True(IsKnown(new SilkReference("Silk.NET.Maths.Vector2D`1", "X", null)));
        Assert.False(IsKnown(new SilkReference("Silk.NET.Maths.Vector2D`1", "W", null)));
    }

    private static bool IsKnown(SilkReference reference)
    {
        if (Listing.Find(reference.Type) is not { } type)
        {
            return false;
        }
        return reference.Member is null || type.Members.Any(member => reference.IsNamedBy(member));
    }
}
