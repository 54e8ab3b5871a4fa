using NarVulkan.Text;
using Xunit;

namespace NarVulkan.Tests.Text;

/// <summary>Bounds of the cleaning; what it makes of captions is in the goldens and in the tests of the rules.</summary>
public sealed class CaptionCleanerTests
{
    [Fact]
    public void Clean_RandomTexts_NeverFailsAndLeavesNoSpaceAtTheEnds()
    {
        Random random = new(77);
        for (int i = 0; i < 2000; i++)
        {
            string cleaned = CaptionCleaner.Clean(RandomText.Next(random));
            Assert.Equal(PythonText.Trim(cleaned).ToString(), cleaned);
            Assert.DoesNotContain("  ", cleaned, StringComparison.Ordinal);
            // Half a surrogate pair would be lost when the caption is written as UTF-8.
            Assert.Equal(cleaned, System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(cleaned)));
        }
    }

    /// <summary>Texts on which rules that look ahead would take quadratic time; no time is asserted, but minutes would be noticed.</summary>
    [Theory]
    [InlineData("a.")]
    [InlineData("a-")]
    [InlineData(".com/")]
    [InlineData("com/-")]
    [InlineData(" ")]
    [InlineData("\t:")]
    [InlineData("<a b='")]
    [InlineData("<!--")]
    [InlineData("&#")]
    [InlineData("1a1a")]
    [InlineData("\u0301\u0323")]
    [InlineData("\u03A3.")]
    [InlineData("\u00C3\u00A9")]
    [InlineData("\u00E2\u20AC")]
    [InlineData("\u001B[1")]
    [InlineData("worldwide ")]
    public void Clean_LongestCaptionOfOnePattern_Ends(string unit)
    {
        string caption = string.Concat(Enumerable.Repeat(unit, CaptionCleaner.LongestCaption / unit.Length));
        Assert.True(CaptionCleaner.Clean(caption).Length <= 2 * caption.Length);
    }

    [Fact]
    public void Clean_LongerThanAnyCaption_IsRefused()
    {
        string caption = new('a', CaptionCleaner.LongestCaption + 1);
        Assert.Contains("shorten it", Assert.Throws<InvalidRequestException>(() => CaptionCleaner.Clean(caption)).Message, StringComparison.Ordinal);
        Assert.Equal(caption, CaptionCleaner.LowerCase(caption.ToUpperInvariant()));
    }
}
