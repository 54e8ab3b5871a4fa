using NarVulkan.Decoding;

namespace NarVulkan.Reference;

/// <summary>Twin of <c>shaders/patchify.comp</c>: videos to rows of patches, elements ordered (c, t, h, w).</summary>
internal static class PatchifyReference
{
    /// <summary>Patch p of video b becomes row b * rowsPerVideo + firstRow + p.</summary>
    /// <param name="video">[videos, channels, frames, rows, columns]</param>
    /// <param name="patchRows">[videos * rowsPerVideo, PatchWidth]</param>
    public static void Cut(
        ReadOnlySpan<float> video, Span<float> patchRows, VideoPatches shape, int videos, int rowsPerVideo, int firstRow)
    {
        for (var b = 0; b < videos; b++)
        {
            for (var patch = 0; patch < shape.PatchCount; patch++)
            {
                var target = (b * rowsPerVideo + firstRow + patch) * shape.PatchWidth;
                for (var channel = 0; channel < shape.Channels; channel++)
                {
                    for (var frame = 0; frame < shape.PatchFrames; frame++)
                    {
                        for (var row = 0; row < shape.PatchSize; row++)
                        {
                            for (var column = 0; column < shape.PatchSize; column++)
                            {
                                var source = shape.PixelIndex(patch, channel, frame, row, column);
                                patchRows[target++] = video[b * shape.VideoLength + source];
                            }
                        }
                    }
                }
            }
        }
    }
}
