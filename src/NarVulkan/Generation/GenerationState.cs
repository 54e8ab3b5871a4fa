using NarVulkan.Decoding;
using NarVulkan.Models;
using NarVulkan.Vulkan;

namespace NarVulkan.Generation;

/// <summary>The device memory of a generation with what goes in and what comes out; what runs over it is recorded by whoever owns it.</summary>
internal sealed class GenerationState : IDisposable
{
    private readonly VulkanDevice device;
    private readonly GeneratorWeights weights;
    // Host memory of a run, reused by all: a replay allocates nothing.
    private readonly int[] conditionRows, generated;
    private readonly uint[] settings;

    /// <summary>Allocates.</summary>
    public GenerationState(VulkanDevice device, GeneratorWeights weights, PlanKey key)
    {
        this.device = device;
        this.weights = weights;
        Key = key;
        Buffers = new GenerationBuffers(device, weights, key);
        conditionRows = new int[Buffers.Sequences * Buffers.ConditionSlots];
        generated = new int[key.Samples * weights.Schedule.Grid.Count];
        settings = new uint[SamplingParameters.BytesFor(key.Samples) / sizeof(uint)];
    }

    /// <summary>Shape of the generation.</summary>
    public PlanKey Key { get; }

    /// <summary>The memory.</summary>
    public GenerationBuffers Buffers { get; }

    /// <summary>Uploads the request's values. Runs nothing yet.</summary>
    /// <param name="inputs">The request.</param>
    /// <param name="first">Its first sample that this run generates.</param>
    /// <param name="parameters">How tokens are drawn.</param>
    /// <param name="streams">Random stream of each sample of this run.</param>
    public void SetInputs(GenerationInputs inputs, int first, in SamplingParameters parameters, ReadOnlySpan<uint> streams)
    {
        ConditionUpload.Run(device, weights, Buffers, inputs, first, Key.Samples, conditionRows);
        if (inputs.Kept is { } kept)
        {
            int tokens = weights.Schedule.Grid.Count;
            device.Uploads.Upload<int>(Buffers.Tokens, 0, kept.AsSpan(first * tokens, Key.Samples * tokens));
        }
        parameters.Write(streams, settings);
        device.Uploads.Upload<uint>(Buffers.Parameters, 0, settings);
        device.Uploads.Flush();
    }

    /// <summary>Uploads the values of a request's samples from <paramref name="first"/> on, as many as there is room for.</summary>
    public void SetInputs(GenerationInputs inputs, NarGenerationRequest request, int first)
    {
        var sampling = request.Sampling;
        SetInputs(
            inputs,
            first,
            new SamplingParameters(sampling.GuidanceScale, sampling.Temperature, sampling.TopP, sampling.TopK, sampling.Greedy, request.Seed),
            // RequestCheck.Complete gave those that the caller did not.
            [.. request.Streams!.Skip(first).Take(Key.Samples)]);
    }

    /// <summary>Reads the tokens back: int32 [samples, tokens], raster order.</summary>
    public void ReadTokens(Span<int> raster)
    {
        int count = weights.Schedule.Grid.Count;
        device.Readbacks.Read<int>(Buffers.Tokens, 0, generated);
        var order = weights.Schedule.OrderOfGeneration;
        for (int sample = 0; sample < Key.Samples; sample++)
        {
            for (int index = 0; index < count; index++)
            {
                raster[sample * count + order[index]] = generated[sample * count + index];
            }
        }
    }

    /// <summary>Reads the kept logits back: float32 [samples, tokens, vocabulary], order of generation.</summary>
    public void ReadLogits(Span<float> logits) =>
        device.Readbacks.Read(Buffers.KeptLogits ?? throw new InvalidOperationException("This plan keeps no logits."), 0, logits);

    /// <inheritdoc/>
    public void Dispose() => Buffers.Dispose();
}
