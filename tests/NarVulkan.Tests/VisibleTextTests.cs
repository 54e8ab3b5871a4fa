using Xunit;

namespace NarVulkan.Tests;

public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("layers.0.attention.wqkv.weight", "layers.0.attention.wqkv.weight")]
    [InlineData("a\u001b[31mb\u009b\0\r\n\tc", "a?[31mb?????c")]
    [InlineData("a\u2028b\u2029c\u0085d", "a?b?c?d")]
    [InlineData("\u202Ecod.exe\u202C \u2066x\u2069 \u200Fy\u061C", "?cod.exe? ?x? ?y?")]
    [InlineData("w\u200Beight\uFEFF\u00AD\u2060", "w?eight???")]
    [InlineData("na\u00EFve \u732B \U0001F469\u200D\U0001F3A8 \u0645\u06CC\u200C\u062E", "na\u00EFve \u732B \U0001F469\u200D\U0001F3A8 \u0645\u06CC\u200C\u062E")]
    public void Of_AnyText_HasNothingHiddenAndKeepsWhatIsSeen(string text, string expected)
        => Assert.Equal(expected, VisibleText.Of(text));

    [Fact]
    public void Of_Tags_AreReplaced() => Assert.StartsWith("a?", VisibleText.Of("a\U000E0041b"), StringComparison.Ordinal);

    [Fact]
    public void Of_LongText_KeepsBothEnds()
    {
        string shown = VisibleText.Of("start" + new string('x', 1 << 20) + ".weight");

        Assert.Equal(VisibleText.LongestName, shown.Length);
        Assert.StartsWith("startxxx", shown, StringComparison.Ordinal);
        Assert.EndsWith("xxx.weight", shown, StringComparison.Ordinal);
        Assert.Contains("xxx...xxx", shown, StringComparison.Ordinal);
        Assert.Equal(10, VisibleText.Of("0123456789ab", 10).Length);
    }

    [Fact]
    public void NarException_OfALongName_StillSaysWhatToDo()
    {
        var error = new ModelFileException("a.pt", $"tensor {new string('x', 1 << 20)}\u202E is missing; download it again");

        Assert.Equal(1000, error.Message.Length);
        Assert.StartsWith("a.pt: tensor xxx", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("? is missing; download it again", error.Message, StringComparison.Ordinal);
    }
}
