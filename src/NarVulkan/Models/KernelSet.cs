using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.Models;

/// <summary>One of each kernel for a device. Pipelines are created when first recorded and shared by all models.</summary>
internal sealed class KernelSet(VulkanDevice device)
{
    public VulkanDevice Device { get; } = device;

    public MatmulKernel Matmul { get; } = new(device);

    public AttentionKernel Attention { get; } = new(device);

    public EmbedTokensKernel EmbedTokens { get; } = new(device);

    public RmsNormKernel RmsNorm { get; } = new(device);

    public LayerNormKernel LayerNorm { get; } = new(device);

    public RopeKernel Rope { get; } = new(device);

    public CacheAppendKernel CacheAppend { get; } = new(device);

    public VoteFeaturesKernel VoteFeatures { get; } = new(device);

    public SampleKernel Sample { get; } = new(device);

    public PatchifyKernel Patchify { get; } = new(device);

    public UnpatchifyKernel Unpatchify { get; } = new(device);

    public AddRowsKernel AddRows { get; } = new(device);
}
