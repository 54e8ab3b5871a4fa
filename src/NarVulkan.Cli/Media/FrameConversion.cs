namespace NarVulkan.Cli.Media;

/// <summary>Between the engine's float pixels [B,3,T,H,W] (images: one frame) and 8-bit pictures.</summary>
internal static class FrameConversion
{
    /// <summary>
    /// The first <paramref name="frameCount"/> frames of one sample as pictures, as the original's scripts write them: of videos
    /// trunc(clamp(v, 0, 1) * 255), of images trunc(clamp(127.5 v + 128, 0, 255)). What is not a number becomes black.
    /// </summary>
    public static IReadOnlyList<RgbImage> ToImages(
        ReadOnlySpan<float> pixels, NarMedia media, int sample, int frames, int height, int width, int frameCount)
    {
        int area = height * width;
        int channelStride = frames * area;
        ReadOnlySpan<float> clip = pixels.Slice(sample * RgbImage.Channels * channelStride, RgbImage.Channels * channelStride);
        RgbImage[] images = new RgbImage[frameCount];
        for (int t = 0; t < frameCount; t++)
        {
            byte[] bytes = new byte[area * RgbImage.Channels];
            for (int c = 0; c < RgbImage.Channels; c++)
            {
                ReadOnlySpan<float> plane = clip.Slice(c * channelStride + t * area, area);
                for (int i = 0; i < area; i++)
                {
                    bytes[i * RgbImage.Channels + c] = media == NarMedia.Image ? FromSigned(plane[i]) : FromUnsigned(plane[i]);
                }
            }
            images[t] = new RgbImage(width, height, bytes);
        }
        return images;
    }

    /// <summary>Pictures of one sample, in order, as its pixels within <paramref name="destination"/>: [3,T,H,W], of videos 0..1, of images -1..1.</summary>
    public static void FromImages(ReadOnlySpan<RgbImage> images, NarMedia media, Span<float> destination)
    {
        int area = images[0].Width * images[0].Height;
        for (int t = 0; t < images.Length; t++)
        {
            for (int c = 0; c < RgbImage.Channels; c++)
            {
                Span<float> plane = destination.Slice((c * images.Length + t) * area, area);
                for (int i = 0; i < area; i++)
                {
                    byte value = images[t].Pixels[i * RgbImage.Channels + c];
                    plane[i] = media == NarMedia.Image ? value / 127.5f - 1 : value / 255f;
                }
            }
        }
    }

    private static byte FromUnsigned(float value) => value > 0 ? (byte)(Math.Min(value, 1f) * 255f) : (byte)0;

    private static byte FromSigned(float value) => float.IsFinite(value) ? (byte)Math.Clamp(127.5f * value + 128, 0f, 255f) : (byte)0;
}
