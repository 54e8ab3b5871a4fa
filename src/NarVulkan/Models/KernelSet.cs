using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.Models;

/// <summary>One of each kernel for a device, shared by all models. A kernel and its pipelines come into being when first asked for.</summary>
internal sealed class KernelSet(VulkanDevice device)
{
    public VulkanDevice Device { get; } = device;

    /// <summary>Has the pipelines that every generator needs compiled in parallel, while its weights are read; returns at once.</summary>
    public void PrepareForGenerators() => Device.Pipelines.CompileAhead(() => _ = (RmsNorm, VoteFeatures));

    public MatmulKernel Matmul => field ??= new(Device);

    public AttentionKernel Attention => field ??= new(Device);

    public EmbedTokensKernel EmbedTokens => field ??= new(Device);

    public RmsNormKernel RmsNorm => field ??= new(Device);

    public LayerNormKernel LayerNorm => field ??= new(Device);

    public VoteFeaturesKernel VoteFeatures => field ??= new(Device);

    public SampleKernel Sample => field ??= new(Device);

    public PatchifyKernel Patchify => field ??= new(Device);

    public UnpatchifyKernel Unpatchify => field ??= new(Device);

    public AddRowsKernel AddRows => field ??= new(Device);

    public ConvKernel Conv => field ??= new(Device);

    public ConvInputKernel ConvInput => field ??= new(Device);

    public GroupNormKernel GroupNorm => field ??= new(Device);

    public SoftmaxKernel Softmax => field ??= new(Device);

    public PackRowsKernel PackRows => field ??= new(Device);

    public ArrangeTokensKernel ArrangeTokens => field ??= new(Device);

    public PackPixelsKernel PackPixels => field ??= new(Device);
}
