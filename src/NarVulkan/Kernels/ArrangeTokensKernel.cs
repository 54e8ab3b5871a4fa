using NarVulkan.Decoding;
using NarVulkan.Vulkan;
using static NarVulkan.Kernels.KernelShaders;

namespace NarVulkan.Kernels;

/// <summary>Tokens from order of generation to raster order, whether all of them exist or not: <c>shaders/arrange_tokens.comp</c>.</summary>
internal sealed class ArrangeTokensKernel(VulkanDevice device)
{
    internal static readonly ShaderDescription Shader = Describe<ArrangeTokensParameters>("arrange_tokens", null, Read, Read, Read, Read, Write);

    private readonly ComputePipeline _pipeline = device.Pipelines.Get(Shader, []);

    /// <summary>Arranges one sample's tokens.</summary>
    /// <param name="tokens">int32 [samples, tokens], order of generation.</param>
    /// <param name="sample">The sample.</param>
    /// <param name="order">Raster index of each token in order of generation, int32 [tokens].</param>
    /// <param name="ranks">Place in order of generation of each raster index, int32 [tokens].</param>
    /// <param name="known">uint32 [1]: how many tokens of each sample exist.</param>
    /// <param name="codes">Receives int32 [tokens], raster order.</param>
    public void Record(
        CommandRecorder recorder, DeviceBuffer tokens, int sample, DeviceBuffer order, DeviceBuffer ranks, DeviceBuffer known, DeviceBuffer codes, TokenGrid grid)
    {
        var parameters = new ArrangeTokensParameters
        {
            TokenCount = (uint)grid.Count,
            Rows = (uint)grid.Rows,
            Columns = (uint)grid.Columns,
            FirstToken = checked((uint)(sample * grid.Count)),
        };
        // Halfway through a generation the search is longest.
        recorder.Dispatch(
            _pipeline, [new(tokens), new(order), new(ranks), new(known), new(codes)], parameters, ElementGroups(grid.Count), work: (double)grid.Count * grid.Count / 4);
    }
}
