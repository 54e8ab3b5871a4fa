using Silk.NET.Vulkan;

namespace NarVulkan.Vulkan;

/// <summary>A compiled compute pipeline with its layout; owned by the <see cref="PipelineLibrary"/>.</summary>
internal sealed class ComputePipeline(ShaderDescription shader, Pipeline handle, PipelineLayout layout, DescriptorSetLayout setLayout)
{
    public ShaderDescription Shader { get; } = shader;

    public Pipeline Handle { get; } = handle;

    public PipelineLayout Layout { get; } = layout;

    public DescriptorSetLayout SetLayout { get; } = setLayout;
}
