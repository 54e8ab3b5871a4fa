namespace NarVulkan.Cli.Media;

/// <summary>Between the engine's float video [B,3,T,H,W] and 8-bit pictures.</summary>
internal static class FrameConversion
{
    /// <summary>
    /// The first <paramref name="frameCount"/> frames of one sample as pictures: trunc(clamp(v, 0, 1) * 255), as the original's
    /// scripts write them. What is not a number becomes black.
    /// </summary>
    public static IReadOnlyList<RgbImage> ToImages(ReadOnlySpan<float> video, int sample, int frames, int height, int width, int frameCount)
    {
        int area = height * width;
        int channelStride = frames * area;
        ReadOnlySpan<float> clip = video.Slice(sample * RgbImage.Channels * channelStride, RgbImage.Channels * channelStride);
        RgbImage[] images = new RgbImage[frameCount];
        for (int t = 0; t < frameCount; t++)
        {
            byte[] pixels = new byte[area * RgbImage.Channels];
            for (int c = 0; c < RgbImage.Channels; c++)
            {
                ReadOnlySpan<float> plane = clip.Slice(c * channelStride + t * area, area);
                for (int i = 0; i < area; i++)
                {
                    pixels[i * RgbImage.Channels + c] = ToByte(plane[i]);
                }
            }
            images[t] = new RgbImage(width, height, pixels);
        }
        return images;
    }

    /// <summary>One sample of image decoder output [B,3,1,H,W], nominally -1..1, as a picture: trunc(clamp(127.5 v + 128, 0, 255)), as the
    /// original's scripts write the arrays that evaluators read. What is not a number becomes black.</summary>
    public static RgbImage ToImage(ReadOnlySpan<float> images, int sample, int height, int width)
    {
        int area = height * width;
        ReadOnlySpan<float> image = images.Slice(sample * RgbImage.Channels * area, RgbImage.Channels * area);
        byte[] pixels = new byte[area * RgbImage.Channels];
        for (int i = 0; i < image.Length; i++)
        {
            float value = 127.5f * image[i] + 128f;
            pixels[i % area * RgbImage.Channels + i / area] = value > 0 ? (byte)Math.Min(value, 255f) : (byte)0;
        }
        return new RgbImage(width, height, pixels);
    }

    /// <summary>Pictures of one clip, in order, as one sample of float video in 0..1: [3,T,H,W] within <paramref name="destination"/>.</summary>
    public static void FromImages(ReadOnlySpan<RgbImage> images, Span<float> destination)
    {
        int area = images[0].Width * images[0].Height;
        for (int t = 0; t < images.Length; t++)
        {
            for (int c = 0; c < RgbImage.Channels; c++)
            {
                Span<float> plane = destination.Slice((c * images.Length + t) * area, area);
                for (int i = 0; i < area; i++)
                {
                    plane[i] = images[t].Pixels[i * RgbImage.Channels + c] / 255f;
                }
            }
        }
    }

    private static byte ToByte(float value) => value > 0 ? (byte)(Math.Min(value, 1f) * 255f) : (byte)0;
}
