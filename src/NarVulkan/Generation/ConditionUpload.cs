using NarVulkan.Models;
using NarVulkan.Vulkan;

namespace NarVulkan.Generation;

/// <summary>Brings the conditions of a run's samples to the device; each conditional sequence is followed by its unconditional twin, where there is one.</summary>
internal static class ConditionUpload
{
    /// <summary>Uploads the conditions of <paramref name="samples"/> samples from <paramref name="first"/> on.</summary>
    /// <param name="rows">Host memory for [sequences, condition slots], reused by every run.</param>
    public static void Run(VulkanDevice device, GeneratorWeights weights, GenerationBuffers buffers, GenerationInputs inputs, int first, int samples, int[] rows)
    {
        int perSample = buffers.SequencesPerSample;
        if (weights.Captions is { } captions && inputs.Text is { } text)
        {
            for (int sample = 0; sample < samples; sample++)
            {
                for (int sequence = 0; sequence < perSample; sequence++)
                {
                    // The features of no text are not masked themselves, but their keys are, as in the original. A negative text has a mask of its own.
                    var (source, row) = sequence == 1 && inputs.NegativeText is { } negative ? (negative, negative.Samples == 1 ? 0 : first + sample) : (text, first + sample);
                    bool noText = sequence == 1 && inputs.NegativeText is null;
                    int at = sample * perSample + sequence;
                    device.Uploads.Upload(buffers.TextFeatures!, (ulong)at * (ulong)text.ValuesPerSample * sizeof(float), noText ? captions.Unconditional : source.FeaturesOf(row));
                    device.Uploads.Upload(buffers.KeyMask!, (ulong)(at * text.MaskWords) * sizeof(uint), source.MaskOf(row));
                }
            }
            return;
        }
        EmbeddingRows(weights.Condition, inputs.Conditions, first, samples, buffers.ConditionSlots, perSample, rows);
        device.Uploads.Upload<int>(buffers.ConditionIds, 0, rows);
    }

    /// <summary>Embedding rows [sequences, condition slots].</summary>
    private static void EmbeddingRows(GeneratorCondition condition, int[] conditions, int first, int samples, int slots, int perSample, int[] rows)
    {
        for (int sample = 0; sample < samples; sample++)
        {
            for (int slot = 0; slot < slots; slot++)
            {
                int value = conditions[(first + sample) * slots + slot];
                rows[sample * perSample * slots + slot] = condition is ClassCondition classes ? classes.FirstRow + value : value;
                if (perSample == 2)
                {
                    rows[(sample * perSample + 1) * slots + slot] = (condition as ClassCondition)?.UnconditionalRow ?? throw new InvalidOperationException("The generator has no unconditional condition.");
                }
            }
        }
    }
}
