using System.Globalization;
using System.Text;
using NarVulkan.Text.Cleaning;
using Xunit;

namespace NarVulkan.Tests.Text;

/// <summary>Expected texts are those of ftfy 6.3.1.</summary>
public sealed class TextRepairTests
{
    [Theory]
    [InlineData("sch\u00C3\u00B6n \u00E2\u20AC\u0153it\u00E2\u20AC\u2122s\u00E2\u20AC\u009D", "sch\u00F6n \"it's\"")]
    [InlineData("l\u00E2\u20AC\u2122humanit\u00C3\u00A9 voil\u00C3 le travail", "l'humanit\u00E9 voil\u00E0 le travail")]
    [InlineData("\u00D0\u00BF\u00D1\u20AC\u00D0\u00B8\u00D0\u00B2\u00D0\u00B5\u00D1\u201A", "\u043F\u0440\u0438\u0432\u0435\u0442")]
    [InlineData("\u0432\u0402\u045A\u0440\u0456\u0440\u00B5\u0432\u0402\u045C", "\"\u0440\u0456\u0440\u00B5\u0432\u0402\u045C")]
    [InlineData("\u00C3\u0192\u00C2\u00A9t\u00C3\u0192\u00C2\u00A9", "\u00E9t\u00E9")]
    [InlineData("\u00E2\u20AC\u0153 lost \u00E2\u20AC\uFFFD and \u00F0\u0178\u02DC\u20AC", "\" lost \uFFFD and \U0001F600")]
    [InlineData("caf\u00E9 and caf\u00C3\u00A9 in one", "caf\u00E9 and caf\u00E9 in one")]
    [InlineData("caf\u00E9 \u00C5ngstr\u00F6m \u00A31 \u00BDx \u0160koda \u041F\u0440\u0438\u0432\u0435\u0442", "caf\u00E9 \u00C5ngstr\u00F6m \u00A31 \u00BDx \u0160koda \u041F\u0440\u0438\u0432\u0435\u0442")]
    [InlineData("doesn\u0092t \u0085 \u009D", "doesn't \u2026 \u009D")]
    [InlineData("\u00ED\u00A0\u00BD\u00ED\u00B8\u20AC", "\U0001F600")]
    public void Repair_Mojibake_IsReadAgain(string text, string expected) => Assert.Equal(expected, TextRepair.Repair(text));

    [Theory]
    [InlineData("&lt;&amp;lt; &EACUTE;&SZLIG; &eaCUTE; &amp &#65;&#59; &nosuch;", "<< \u00C9SS &eaCUTE; &amp A&#59; &nosuch;")]
    [InlineData("a &lt; b\n<b> &lt;\n&lt;", "a < b\n<b> &lt;\n&lt;")]
    [InlineData("\uFB01\u01C6\u0149\uFB05 \uFF21\uFF76\uFF9E\u3000\uFFE3", "fid\u017E'n\u017Ft A\u30AC  \u0304")]
    [InlineData("\u2018\u02BC\u201B \u201C\u201F \u00AB", "''' \"\" \u00AB")]
    [InlineData("a\r\nb\rc\u2028d\u2029e", "a\nb\nc\nd\ne")]
    [InlineData("\u001B[31;1mred\u001B[0m \u001B[x \u0007\u007F\u206A\uFEFF\uFFFC\u200B", "red  \u200B")]
    [InlineData("e\u0301 \u1100\u1161\u11A8 \u0958 \u212B", "\u00E9 \uAC01 \u0915\u093C \u00C5")]
    public void Repair_OtherFixes_AreThoseOfFtfy(string text, string expected) => Assert.Equal(expected, TextRepair.Repair(text));

    [Fact]
    public void Compose_HalfSurrogates_StayForTheRepair()
    {
        Assert.Equal("\uD800\u00E9", CanonicalComposition.Compose("\uD800e\u0301"));
        Assert.Equal("\uFFFDx", TextRepair.Repair("\uD800x"));
    }

    [Fact]
    public void Compose_ManyMarks_AreOrderedAndBlocked()
    {
        // Dot below (220) goes before circumflex (230) and both are composed; a second circumflex is blocked by the first.
        Assert.Equal("\u1EAD", CanonicalComposition.Compose("a\u0302\u0323"));
        Assert.Equal("\u1EAD\u0302", CanonicalComposition.Compose("a\u0302\u0323\u0302"));
        Assert.Equal(new string('\u0323', 500) + new string('\u0302', 500), CanonicalComposition.Compose(string.Concat(Enumerable.Repeat("\u0302\u0323", 500))));
    }

    /// <summary>.NET's tables are newer than Unicode 14, but what was assigned then has not changed its kind since.</summary>
    [Fact]
    public void Words_OfUnicode14_AreLettersAndNumbersOfTodayToo()
    {
        int words = 0;
        for (int c = 0; c < 0x110000; c++)
        {
            if (Unicode14.Data.Words.Contains(c))
            {
                words++;
                UnicodeCategory category = CharUnicodeInfo.GetUnicodeCategory(c);
                Assert.True(category is <= UnicodeCategory.OtherLetter or (>= UnicodeCategory.DecimalDigitNumber and <= UnicodeCategory.OtherNumber) || c == '_', $"{c:X}");
                Assert.Equal(category == UnicodeCategory.DecimalDigitNumber, Unicode14.Data.Digits.Contains(c));
            }
        }
        Assert.Equal(133_548, words);
    }

    [Fact]
    public void All_Encodings_ReadBackWhatTheyWrote()
    {
        byte[] bytes = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        Assert.All(SingleByteEncoding.All, encoding => Assert.Equal(bytes, encoding.Encode([.. bytes.Select(encoding.Decode)])));
        Assert.Equal("latin-1 windows-1252 windows-1251 windows-1250 windows-1253 windows-1254 windows-1257 iso-8859-2 macintosh cp437",
            string.Join(' ', SingleByteEncoding.All.Select(encoding => encoding.Name)));
        Assert.Null(SingleByteEncoding.Windows1252.Encode([0x1A]));
        Assert.Equal(new Rune(0x20AC).Value, SingleByteEncoding.Windows1252.Decode(0x80));
    }
}
