namespace NarVulkan.Cli.Live;

/// <summary>A texture's bytes as the pixels that files are written from.</summary>
internal static class LivePicture
{
    /// <summary>Pixels [samples, 3, frames, height, width] that become the same bytes again when they are written.</summary>
    /// <param name="rgba">[samples * frames, height, width, 4].</param>
    public static float[] ToPixels(ReadOnlySpan<byte> rgba, NarMedia media, int samples, int frames, int height, int width)
    {
        const int Channels = 3, Stride = 4;
        int area = height * width;
        float[] pixels = new float[checked(samples * Channels * frames * area)];
        for (int sample = 0; sample < samples; sample++)
        {
            for (int frame = 0; frame < frames; frame++)
            {
                ReadOnlySpan<byte> layer = rgba.Slice(((sample * frames) + frame) * area * Stride, area * Stride);
                for (int channel = 0; channel < Channels; channel++)
                {
                    Span<float> plane = pixels.AsSpan(((((sample * Channels) + channel) * frames) + frame) * area, area);
                    for (int i = 0; i < area; i++)
                    {
                        plane[i] = ToPixel(layer[(i * Stride) + channel], media);
                    }
                }
            }
        }
        return pixels;
    }

    // The middle of the values that are cut off to the byte: rounding of float32 leads to neither neighbour.
    private static float ToPixel(byte value, NarMedia media) => media == NarMedia.Image ? (value + 0.5f - 128) / 127.5f : (value + 0.5f) / 255;
}
