using NarVulkan.Cli.Media;
using Xunit;

namespace NarVulkan.Tests.Cli;

public class FrameConversionTests
{
    [Theory]
    [InlineData(0f, 0)]
    [InlineData(1f, 255)]
    [InlineData(0.5f, 127)]
    [InlineData(0.999f, 254)]
    [InlineData(-3f, 0)]
    [InlineData(7f, 255)]
    [InlineData(float.NaN, 0)]
    [InlineData(float.PositiveInfinity, 255)]
    public void ToImages_Value_IsClampedScaledAndTruncated(float value, byte expected)
    {
        float[] video = [value, value, value];
        Assert.Equal([expected, expected, expected], FrameConversion.ToImages(video, NarMedia.Video, 0, 1, 1, 1, 1)[0].Pixels);
    }

    [Fact]
    public void ToImages_SecondSample_TakesItsChannelsAndFrames()
    {
        // [2 samples, 3 channels, 2 frames, 1 row, 2 columns], value = index / 255, nudged up so that truncation finds the index again.
        float[] video = Enumerable.Range(0, 24).Select(i => (i + 0.25f) / 255f).ToArray();
        IReadOnlyList<RgbImage> frames = FrameConversion.ToImages(video, NarMedia.Video, 1, 2, 1, 2, 2);
        Assert.Equal([12, 16, 20, 13, 17, 21], frames[0].Pixels);
        Assert.Equal([14, 18, 22, 15, 19, 23], frames[1].Pixels);
    }

    [Theory]
    [InlineData(-1f, 0)]
    [InlineData(1f, 255)]
    [InlineData(0f, 128)]
    [InlineData(-1.5f, 0)]
    [InlineData(1.5f, 255)]
    [InlineData(0.5f, 191)]
    [InlineData(0.9921f, 254)]
    [InlineData(float.NaN, 0)]
    [InlineData(float.PositiveInfinity, 0)]
    [InlineData(float.NegativeInfinity, 0)]
    public void ToImages_ValueOfAnImage_IsScaledClampedAndTruncated(float value, byte expected)
    {
        float[] image = [value, value, value];
        Assert.Equal([expected, expected, expected], FrameConversion.ToImages(image, NarMedia.Image, 0, 1, 1, 1, 1)[0].Pixels);
    }

    [Theory]
    [InlineData(NarMedia.Video)]
    [InlineData(NarMedia.Image)]
    public void FromImages_ThenToImages_GivesTheSamePictures(NarMedia media)
    {
        // Every byte, so that no rounding of the way there and back goes unseen.
        RgbImage[] images = [.. Pictures.Clip(3, 16, 16)];
        for (int i = 0; i < 256; i++)
        {
            images[0].Pixels[i] = (byte)i;
        }
        float[] video = new float[3 * 3 * 256];
        FrameConversion.FromImages(images, media, video);
        Assert.All(images.Zip(FrameConversion.ToImages(video, media, 0, 3, 16, 16, 3)), pair => Assert.Equal(pair.First.Pixels, pair.Second.Pixels));
    }
}
