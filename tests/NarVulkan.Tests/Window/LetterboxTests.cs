using NarVulkan.Windowing;
using Xunit;

namespace NarVulkan.Tests.Window;

public sealed class LetterboxTests
{
    [Theory]
    [InlineData(640, 480, 96, 96, 80, 0, 480, 480)]
    [InlineData(480, 640, 96, 96, 0, 80, 480, 480)]
    [InlineData(1000, 300, 200, 100, 200, 0, 600, 300)]
    [InlineData(333, 333, 3, 1, 0, 111, 333, 111)]
    [InlineData(7, 5, 7, 5, 0, 0, 7, 5)]
    public void Fit_Content_IsAsLargeAsFitsAndInTheMiddle(int windowWidth, int windowHeight, int width, int height, int x, int y, int shownWidth, int shownHeight) =>
        Assert.Equal(new Letterbox(x, y, shownWidth, shownHeight), Letterbox.Fit(windowWidth, windowHeight, width, height));

    [Fact]
    public void Fit_AnySizes_StaysWithinTheWindowAndIsNeverEmpty()
    {
        Random random = new(7);
        for (int i = 0; i < 2000; i++)
        {
            (int windowWidth, int windowHeight) = (random.Next(1, 5000), random.Next(1, 5000));
            Letterbox box = Letterbox.Fit(windowWidth, windowHeight, random.Next(1, 100_000), random.Next(1, 100_000));
            Assert.InRange(box.X, 0, windowWidth - box.Width);
            Assert.InRange(box.Y, 0, windowHeight - box.Height);
            Assert.True(box.Width >= 1 && box.Height >= 1);
            Assert.True(box.Width == windowWidth || box.Height == windowHeight);
        }
    }

    [Theory]
    [InlineData(1, 96, 96, 640, 480, 1, 1)]
    [InlineData(2, 96, 96, 640, 480, 2, 1)]
    [InlineData(2, 96, 96, 300, 700, 1, 2)]
    [InlineData(9, 128, 128, 700, 700, 3, 3)]
    [InlineData(5, 128, 128, 700, 480, 3, 2)]
    public void Best_Samples_LieSoThatTheyAreLargest(int samples, int width, int height, int windowWidth, int windowHeight, int columns, int rows) =>
        Assert.Equal(new PictureLayout(columns, rows), PictureLayout.Best(samples, width, height, windowWidth, windowHeight));
}
