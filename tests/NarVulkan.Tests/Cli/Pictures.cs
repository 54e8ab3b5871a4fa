using NarVulkan.Cli.Media;

namespace NarVulkan.Tests.Cli;

/// <summary>Pictures with something in every pixel.</summary>
internal static class Pictures
{
    public static IReadOnlyList<RgbImage> Clip(int frames, int width, int height)
    {
        Random random = new(width * 1000 + height);
        return Enumerable.Range(0, frames).Select(_ =>
        {
            RgbImage image = new(width, height);
            random.NextBytes(image.Pixels);
            return image;
        }).ToList();
    }

    public static RgbImage Plain(int width, int height, byte shade)
    {
        RgbImage image = new(width, height);
        image.Pixels.AsSpan().Fill(shade);
        return image;
    }
}
