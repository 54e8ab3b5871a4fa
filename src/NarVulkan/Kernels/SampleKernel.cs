using NarVulkan.Vulkan;
using static NarVulkan.Kernels.KernelShaders;

namespace NarVulkan.Kernels;

/// <summary>Draws tokens from logits on the device: <c>shaders/sample.comp</c>.</summary>
internal sealed class SampleKernel
{
    internal static readonly ShaderDescription DrawShader =
        Describe<SampleParameters>("sample", "draw", Read, Read, Read, Write);

    internal static readonly ShaderDescription ProbabilitiesShader =
        Describe<SampleParameters>("sample", "probabilities", Read, Read, Read, Write, Write);

    private readonly VulkanDevice _device;
    private readonly uint _lanes;
    private readonly uint _unroll;

    /// <param name="lanes">
    /// Invocations per row, 1 to 128; no token depends on it. Default: 128, on software drivers 32, which was quickest
    /// there (8 to 128 tried). Loads in flight hide latency on a GPU; a software driver has none to hide.
    /// </param>
    public SampleKernel(VulkanDevice device, uint? lanes = null)
    {
        _device = device;
        _lanes = lanes ?? (device.Profile.IsSoftware ? 32u : 128u);
        _unroll = device.Profile.IsSoftware ? 1u : 4u;
    }

    /// <summary>Draws the tokens of one step and writes them in order of generation.</summary>
    /// <param name="logits">[samples * tokensSampled, logitsStride floats], vocabulary of them used.</param>
    /// <param name="parameters">The <see cref="Decoding.SamplingParameters"/> block.</param>
    /// <param name="positions">int32 [tokenCapacity]: raster position by order of generation.</param>
    /// <param name="tokens">int32 [samples, tokenCapacity]; entries tokensOffset ... are written.</param>
    public void Record(
        CommandRecorder recorder, DeviceBuffer logits, DeviceBuffer parameters, DeviceBuffer positions, DeviceBuffer tokens,
        in SampleShape shape) =>
        Dispatch(recorder, DrawShader, [new(logits), new(parameters), new(positions), new(tokens)], shape);

    /// <summary>Draws the same tokens and also writes the distributions drawn from: [samples * tokensSampled, vocabulary].</summary>
    public void RecordProbabilities(
        CommandRecorder recorder, DeviceBuffer logits, DeviceBuffer parameters, DeviceBuffer positions, DeviceBuffer tokens,
        DeviceBuffer probabilities, in SampleShape shape) =>
        Dispatch(
            recorder, ProbabilitiesShader,
            [new(logits), new(parameters), new(positions), new(tokens), new(probabilities)], shape);

    private void Dispatch(
        CommandRecorder recorder, ShaderDescription shader, ReadOnlySpan<BufferBinding> bindings, in SampleShape shape)
    {
        var constants = new SampleParameters
        {
            Vocabulary = (uint)shape.Vocabulary,
            LogitsStride = (uint)shape.LogitsStride,
            TokensSampled = (uint)shape.TokensSampled,
            TokensOffset = (uint)shape.TokensOffset,
            TokenCapacity = (uint)shape.TokenCapacity,
        };

        // Two passes with top-k and top-p off, six with both at most but for crowded rows; each element of a pass costs about ten multiply-adds.
        recorder.Dispatch(
            _device.Pipelines.Get(shader, [_lanes, _unroll]), bindings, constants,
            (uint)shape.TokensSampled, (uint)shape.Samples, work: 100.0 * shape.Vocabulary * shape.TokensSampled * shape.Samples);
    }
}
