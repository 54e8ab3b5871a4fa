using NarVulkan.Decoding;

namespace NarVulkan.Reference;

/// <summary>Twin of <c>shaders/unpatchify.comp</c>: rows of patches, elements ordered (t, h, w, c), to videos.</summary>
internal static class UnpatchifyReference
{
    /// <summary>Row b * rowsPerVideo + firstRow + p is patch p of video b.</summary>
    /// <param name="patchRows">[videos * rowsPerVideo, PatchWidth]</param>
    /// <param name="video">[videos, channels, frames, rows, columns]</param>
    public static void Assemble(
        ReadOnlySpan<float> patchRows, Span<float> video, VideoPatches shape, int videos, int rowsPerVideo, int firstRow)
    {
        for (var b = 0; b < videos; b++)
        {
            for (var patch = 0; patch < shape.PatchCount; patch++)
            {
                var source = (b * rowsPerVideo + firstRow + patch) * shape.PatchWidth;
                for (var frame = 0; frame < shape.PatchFrames; frame++)
                {
                    for (var row = 0; row < shape.PatchSize; row++)
                    {
                        for (var column = 0; column < shape.PatchSize; column++)
                        {
                            for (var channel = 0; channel < shape.Channels; channel++)
                            {
                                var target = shape.PixelIndex(patch, channel, frame, row, column);
                                video[b * shape.VideoLength + target] = patchRows[source++];
                            }
                        }
                    }
                }
            }
        }
    }
}
