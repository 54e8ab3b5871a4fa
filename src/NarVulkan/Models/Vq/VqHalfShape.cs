namespace NarVulkan.Models.Vq;

/// <summary>One half of the tokenizer as its tensors say: convolution, stages, norm, convolution.</summary>
/// <param name="Prefix"><c>decoder.</c> or <c>encoder.</c></param>
/// <param name="Levels">Resolutions; from one to the next they differ by 2.</param>
/// <param name="InputChannels">Channels that the first convolution reads.</param>
/// <param name="FirstWidth">Channels that it writes.</param>
/// <param name="Stages">In order of computation.</param>
/// <param name="LastWidth">Channels that the last norm and convolution read.</param>
/// <param name="OutputChannels">Channels that the last convolution writes.</param>
internal sealed record VqHalfShape(
    string Prefix, int Levels, int InputChannels, int FirstWidth, IReadOnlyList<VqStage> Stages, int LastWidth, int OutputChannels)
{
    /// <summary>Height, width and channels of every feature map, for an input of this size.</summary>
    public IEnumerable<(int Height, int Width, int Channels)> Maps(int height, int width)
    {
        yield return (height, width, InputChannels);
        yield return (height, width, FirstWidth);
        foreach (var stage in Stages)
        {
            (height, width) = stage.Kind switch
            {
                VqStageKind.Upsample => checked((2 * height, 2 * width)),
                VqStageKind.Downsample => (height / 2, width / 2),
                _ => (height, width),
            };
            yield return (height, width, stage.Out);
        }
        yield return (height, width, OutputChannels);
    }
}
