using Xunit;

namespace NarVulkan.Tests.Vulkan;

/// <summary>Tests that use a device run one after another on one shared device.</summary>
[CollectionDefinition(Name)]
public sealed class VulkanCollection : ICollectionFixture<VulkanFixture>
{
    public const string Name = "Vulkan";
}
