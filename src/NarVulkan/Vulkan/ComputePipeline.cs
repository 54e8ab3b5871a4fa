using Silk.NET.Vulkan;

namespace NarVulkan.Vulkan;

/// <summary>
/// A compute pipeline with its layout; owned by the <see cref="PipelineLibrary"/>. It is compiled when first bound, or ahead of that on
/// another thread: whoever asks for the handle meanwhile waits.
/// </summary>
internal sealed class ComputePipeline(ShaderDescription shader, PipelineLayout layout, DescriptorSetLayout setLayout, Func<Pipeline> compile)
{
    private readonly Lock _lock = new();
    private Pipeline _handle;
    private volatile bool _compiled;

    public ShaderDescription Shader { get; } = shader;

    public PipelineLayout Layout { get; } = layout;

    public DescriptorSetLayout SetLayout { get; } = setLayout;

    /// <summary>Whether asking for the handle costs nothing.</summary>
    public bool IsCompiled => _compiled;

    /// <summary>The pipeline; compiled now if it was not yet.</summary>
    /// <exception cref="DeviceException">The driver could not compile it; the next caller tries again.</exception>
    public Pipeline Handle
    {
        get
        {
            if (!_compiled)
            {
                lock (_lock)
                {
                    if (!_compiled)
                    {
                        _handle = compile();
                        _compiled = true;
                    }
                }
            }

            return _handle;
        }
    }
}
