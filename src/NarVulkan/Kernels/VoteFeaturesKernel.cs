using NarVulkan.Vulkan;
using static NarVulkan.Kernels.KernelShaders;

namespace NarVulkan.Kernels;

/// <summary>
/// Norms the voted rows, averages over the heads and applies guidance, before the output product:
/// <c>shaders/vote_features.comp</c>.
/// </summary>
internal sealed class VoteFeaturesKernel(VulkanDevice device)
{
    /// <summary>Heads that the shader has bindings for.</summary>
    public const int MaximumHeads = 3;

    internal static readonly ShaderDescription Shader =
        Describe<VoteFeaturesParameters>("vote_features", null, Read, Read, Read, Read, Read, Read, Read, Read, Write);

    private readonly ComputePipeline _pipeline = device.Pipelines.Get(Shader, []);

    /// <summary>Writes the features of tokensSampled tokens for every sample.</summary>
    /// <param name="headRows">Per head: hidden states [sequences * rowsFed, width]; one to three heads.</param>
    /// <param name="normWeights">Per head: RMSNorm weight [width].</param>
    /// <param name="votes">int32, from votesOffset on: [tokensSampled, heads], a fed row or -1.</param>
    /// <param name="parameters">The <see cref="Decoding.SamplingParameters"/> block, for the guidance scale.</param>
    /// <param name="guided">Whether sequences 2s and 2s + 1 of sample s, with and without its condition, are mixed.</param>
    /// <param name="sequencesPerSample">2 where the unconditional sequences are fed too, else 1.</param>
    /// <param name="features">[samples * tokensSampled, heads * width]</param>
    /// <exception cref="ArgumentException">No head, more than three, not one norm per head, or guidance without unconditional sequences.</exception>
    public void Record(
        CommandRecorder recorder, IReadOnlyList<DeviceBuffer> headRows, IReadOnlyList<DeviceBuffer> normWeights,
        DeviceBuffer votes, int votesOffset, DeviceBuffer parameters, bool guided, int sequencesPerSample, DeviceBuffer features,
        int samples, int rowsFed, int tokensSampled, int width, float epsilon)
    {
        var heads = headRows.Count;
        if (heads is < 1 or > MaximumHeads || normWeights.Count != heads)
        {
            throw new ArgumentException($"{heads} heads with {normWeights.Count} norms: one to {MaximumHeads} heads with a norm each are needed", nameof(headRows));
        }

        if (sequencesPerSample is < 1 or > 2 || (guided && sequencesPerSample == 1))
        {
            throw new ArgumentException($"guidance {(guided ? "on" : "off")} does not go with {sequencesPerSample} sequence(s) per sample", nameof(sequencesPerSample));
        }

        var constants = new VoteFeaturesParameters
        {
            Width = (uint)width,
            Heads = (uint)heads,
            RowsFed = (uint)rowsFed,
            TokensSampled = (uint)tokensSampled,
            VotesOffset = (uint)votesOffset,
            Guided = guided ? 1u : 0u,
            SequencesPerSample = (uint)sequencesPerSample,
            Epsilon = epsilon,
        };

        // Bindings of heads that do not exist hold the first head's buffers; the shader does not read them.
        Span<BufferBinding> bindings = new BufferBinding[2 * MaximumHeads + 3];
        for (var head = 0; head < MaximumHeads; head++)
        {
            bindings[head] = new(headRows[head < heads ? head : 0]);
            bindings[MaximumHeads + head] = new(normWeights[head < heads ? head : 0]);
        }

        bindings[6] = new(votes);
        bindings[7] = new(parameters);
        bindings[8] = new(features);
        recorder.Dispatch(
            _pipeline, bindings, constants, (uint)tokensSampled, (uint)heads, (uint)samples,
            work: 4.0 * width * heads * tokensSampled * samples);
    }
}
