using NarVulkan.Cli.Media;
using Xunit;

namespace NarVulkan.Tests.Cli;

public class ContactSheetTests
{
    [Fact]
    public void Compose_Clips_PlacesEvenlyPickedFramesInRows()
    {
        IReadOnlyList<IReadOnlyList<RgbImage>> clips = Enumerable.Range(0, 3)
            .Select(clip => (IReadOnlyList<RgbImage>)Enumerable.Range(0, 16).Select(frame => Pictures.Plain(64, 64, (byte)(100 + clip * 40 + frame))).ToList())
            .ToList();
        RgbImage sheet = ContactSheet.Compose(clips);
        const int step = 128 + ContactSheet.Gap;
        Assert.Equal((8 * step + ContactSheet.Gap, 3 * step + ContactSheet.Gap), (sheet.Width, sheet.Height));
        int[] picked = [0, 2, 4, 6, 8, 10, 12, 15];
        for (int row = 0; row < 3; row++)
        {
            for (int column = 0; column < 8; column++)
            {
                int left = ContactSheet.Gap + column * step;
                int top = ContactSheet.Gap + row * step;
                byte expected = (byte)(100 + row * 40 + picked[column]);
                Assert.Equal(expected, Pixel(sheet, left, top));
                Assert.Equal(expected, Pixel(sheet, left + 127, top + 127));
                Assert.NotEqual(expected, Pixel(sheet, left - 1, top));
            }
        }
    }

    [Fact]
    public void Compose_SingleFrames_MakesANearlySquareGrid()
    {
        RgbImage sheet = ContactSheet.Compose(Enumerable.Range(0, 5).Select(i => (IReadOnlyList<RgbImage>)[Pictures.Plain(128, 128, (byte)(50 + i))]).ToList());
        Assert.Equal((3 * 132 + 4, 2 * 132 + 4), (sheet.Width, sheet.Height));
        Assert.Equal(54, Pixel(sheet, 132 + 4, 132 + 4));
    }

    [Fact]
    public void Compose_ManyRows_KeepsTheSheetInBounds()
    {
        RgbImage sheet = ContactSheet.Compose(Enumerable.Repeat((IReadOnlyList<RgbImage>)Pictures.Clip(2, 64, 64), 100).ToList());
        Assert.Equal(100 * (64 + ContactSheet.Gap) + ContactSheet.Gap, sheet.Height);
    }

    private static byte Pixel(RgbImage image, int x, int y) => image.Row(y)[x * RgbImage.Channels];
}
