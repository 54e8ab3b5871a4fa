using Xunit;

namespace NarVulkan.Tests.Bindings;

/// <summary>The bindings of src/Bindings are a subset of the real Silk.NET 2.22.0 and StbImageWriteSharp 1.16.7.</summary>
public sealed class SilkNetConformanceTests
{
    private static readonly ApiListing Listing = ApiListing.Load();

    public static TheoryData<string> Assemblies => [.. GeneratedAssemblies.Names];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void PublicTypes_AgainstRealAssemblies_HaveSameKindBaseAndSize(string assembly)
    {
        var types = GeneratedAssemblies.PublicTypes(assembly);
        Assert.NotEmpty(types);
        var different = types.Select(ApiRenderer.Head).Where(head => Listing.Find(head.Split(' ')[1])?.Head != head);
        AssertNone(different);
    }

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void PublicMembers_AgainstRealAssemblies_AreAllKnown(string assembly)
    {
        var extras =
            from type in GeneratedAssemblies.PublicTypes(assembly)
            let known = Listing.Find(type.FullName!)?.Members ?? []
            from member in ApiRenderer.Members(type)
            where !known.Contains(member)
            select $"{type.FullName}: {member}";
        AssertNone(extras);
    }

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void StructFields_AgainstRealAssemblies_AreComplete(string assembly)
    {
        var missing =
            from type in GeneratedAssemblies.PublicTypes(assembly)
            where type is { IsValueType: true, IsEnum: false }
            let ours = ApiRenderer.Members(type).ToHashSet()
            from member in Listing.Find(type.FullName!)?.Members ?? []
            where member.StartsWith("field ", StringComparison.Ordinal) && !ours.Contains(member)
            select $"{type.FullName}: {member}";
        AssertNone(missing);
    }

    [Fact]
    public void Renderer_TypeThatIsNotInTheListing_IsReported()
    {
        Assert.Null(Listing.Find("Silk.NET.Vulkan.NoSuchType"));
        Assert.DoesNotContain("ComputeBit = 3", Listing.Find("Silk.NET.Vulkan.QueueFlags")!.Value.Members);
        Assert.Contains("ComputeBit = 2", Listing.Find("Silk.NET.Vulkan.QueueFlags")!.Value.Members);
    }

    private static void AssertNone(IEnumerable<string> differences)
    {
        string[] all = [.. differences];
        Assert.True(all.Length == 0, $"{all.Length} differences:\n{string.Join('\n', all)}");
    }
}
