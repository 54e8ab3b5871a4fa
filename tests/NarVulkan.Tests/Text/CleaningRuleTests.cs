using NarVulkan.Text.Cleaning;
using Xunit;

namespace NarVulkan.Tests.Text;

/// <summary>Every rule by itself. Expected texts are what Python's <c>re</c> makes of the original's expressions.</summary>
public sealed class CleaningRuleTests
{
    [Theory]
    [InlineData("see https://example.com/a?x=1", "see ?x=1")]
    [InlineData("http:example https://foo ftp://x", "xample foo ftp://x")]
    [InlineData("example.org/page_1-2/ example.net", " ")]
    [InlineData("someone@example.com me@x.co@y", "someone@ me@x.co@y")]
    [InlineData("go.item go.it go.com.uk", "  .uk")]
    [InlineData("\U0001D400.com a.com\U0001D400 \u732B.com", "\U0001D400.com  \u732B.com")]
    [InlineData(".com a..com -a.com", ".com  -")]
    public void RemoveUrls_Http(string text, string expected) => Check(text, expected, points => WebAddresses.RemoveUrls(points, "http"));

    [Theory]
    [InlineData("a www:/// thing www:x www.y", "a  thing  www.y")]
    [InlineData("awww:/// wwws:///", "awww:/// wwws:///")]
    public void RemoveUrls_Www(string text, string expected) => Check(text, expected, points => WebAddresses.RemoveUrls(points, "www"));

    [Theory]
    [InlineData("by @john_doe and @\u00E91, @ x @-", "by  and , @ x @-")]
    public void RemoveNicknames(string text, string expected) => Check(text, expected, WebAddresses.RemoveNicknames);

    [Theory]
    [InlineData("at 192.168.10.254 up", "at   up")]
    [InlineData("1234.1.1.1234", "1 4")]
    [InlineData("1.2.3 \u0661.\u0662.\u0663.\u0664", "1.2.3  ")]
    public void ReplaceIpAddresses(string text, string expected) => Check(text, expected, WebAddresses.ReplaceIpAddresses);

    [Theory]
    [InlineData("\u31C0\u31EF\u31F0\u3200\u33FF\u3400\u4DBF\u4DC0\u4E00\u9FFF", "")]
    [InlineData("\u31BF\u304C\uA000\u30FC\U00020000", "\u31BF\u304C\uA000\u30FC\U00020000")]
    public void RemoveChinese(string text, string expected) => Check(text, expected, Symbols.RemoveChinese);

    [Theory]
    [InlineData("a\u2013\u2014b\u2212c\u301Cd\uFF0De---f", "a-b\u2212c-d-e-f")]
    public void Dashes(string text, string expected) => Check(text, expected, Symbols.Dashes);

    [Theory]
    [InlineData("`\u00B4\u00AB\u00BB\u201C\u201D\u00A8\u2018\u2019\u201E\u201A", "\"\"\"\"\"\"\"''\u201E\u201A")]
    public void Quotes(string text, string expected) => Check(text, expected, Symbols.Quotes);

    [Theory]
    [InlineData("&quot;a&quot b&amp;c&ampers", "a b;cers")]
    public void RemoveEntityNames(string text, string expected) => Check(text, expected, Symbols.RemoveEntityNames);

    [Theory]
    [InlineData("a\\nb\\m", "a b\\m")]
    public void WrittenLineBreaks(string text, string expected) => Check(text, expected, Symbols.WrittenLineBreaks);

    [Theory]
    [InlineData("\"\"a\"' b'", "\"a\" b'")]
    [InlineData("wait... ok. a..b", "wait  ok. a b")]
    [InlineData("***[x]|y\\z/", " x y z ")]
    [InlineData("#\u00AE\u2022\u00A9\u2122&@\u00B7\u00BA\u00BD\u00BE\u00BF\u00A1\u00A7~)(][}{|\\/*\u00BC", " \u00BC")]
    [InlineData("end . of\t.\nx . . y", "end of x . y")]
    [InlineData("a  .b c.  d", "a  .b c.  d")]
    public void Punctuation(string text, string expected) => Check(text, expected, Symbols.Punctuation);

    [Theory]
    [InlineData("a-b-c-d", "a-b-c-d")]
    [InlineData("a-b_c-d_e", "a b c d e")]
    public void JoinedWords(string text, string expected) => Check(text, expected, Symbols.JoinedWords);

    [Theory]
    [InlineData("news 3:45 \n", "news ")]
    [InlineData("news 3:45", "news 3:45")]
    [InlineData("3:45 news 13:45 ", "3:45 news 1")]
    public void RemoveArticleNumber(string text, string expected) => Check(text, expected, Identifiers.RemoveArticleNumber);

    [Theory]
    [InlineData("#123 #1234 #12345 123456 12345 #1a #12345a a123456 #\u0661", " #1234   12345 #1a #12345a a123456 ")]
    public void RemoveNumbers(string text, string expected) => Check(text, expected, Identifiers.RemoveNumbers);

    [Theory]
    [InlineData("file my_photo.jpg and a.b.png, x.pdf/y .png a.jpegs", "file  and , /y .png s")]
    [InlineData("a.png.b.png.c", ".c")]
    public void RemoveFileNames(string text, string expected) => Check(text, expected, Identifiers.RemoveFileNames);

    [Theory]
    [InlineData("jc6640 abc123 abcd123 ab12 a1234567890123456", "  abcd123 ab12 a1234567890123456")]
    [InlineData("jc6640vc a1b 6640vc231 1a 1a1a \u00E9a1b", "   1a 1a1a \u00E9a1b")]
    public void RemoveCodes(string text, string expected) => Check(text, expected, Identifiers.RemoveCodes);

    [Theory]
    [InlineData("j2d1a2a 1j2d1 a1b a1b2_", "    a1b a1b2_")]
    public void ReplaceLongCodes(string text, string expected) => Check(text, expected, Identifiers.ReplaceLongCodes);

    [Theory]
    [InlineData("1200x800 640\u00D7480 10\u044520 1.5x2.5 12 x 3", "    12 x 3")]
    [InlineData("10x20.5abc 10x20.abc 10x20. 10x20a 1.x2", "5abc abc . 10x20a ")]
    public void RemoveSizes(string text, string expected) => Check(text, expected, Identifiers.RemoveSizes);

    [Theory]
    [InlineData("worldwide  free shipping|free shipping|worldwide shipping|worldwide free x", "|||worldwide free x")]
    [InlineData("free download free|download|free  download", "||free  ")]
    [InlineData("click for details click on \u00E9 aclick for x click for ,", "  aclick for x click for ,")]
    [InlineData("png image pngs jpg images apng mp4", " s  apng ")]
    [InlineData("page 12 page 1a pages 1", " page 1a pages 1")]
    public void Adverts_AreRemoved(string text, string expected) => Check(text, expected, Adverts.Remove);

    [Theory]
    [InlineData("title  :  subtitle : x, :  y:z", "title: subtitle: x, : y:z")]
    [InlineData("red,green.blue/white 1,2 a, b ,c", "red, green. blue/ white 1,2 a, b , c")]
    [InlineData("a\u00A0\n b", "a b")]
    public void Even(string text, string expected) => Check(text, expected, Spacing.Even);

    [Theory]
    [InlineData("\"a b\"", "a b")]
    [InlineData("'a\"", "a")]
    [InlineData("\"\"", "\"\"")]
    [InlineData("-a-", "a")]
    [InlineData(";a+", "a")]
    [InlineData(":,a,:", ",a,")]
    [InlineData(".hidden", "")]
    [InlineData(".hidden two", ".hidden two")]
    [InlineData(".", ".")]
    [InlineData("", "")]
    public void TrimEnds(string text, string expected) => Check(text, expected, Spacing.TrimEnds);

    [Theory]
    [InlineData("UPPER \u0130 \u1E9E", "upper i\u0307 \u00DF")]
    [InlineData("\u039F\u0394\u039F\u03A3 \u03A3 \u0391\u03A3. \u0391\u03A3.\u0391 \u24B6\u2160", "\u03BF\u03B4\u03BF\u03C2 \u03C3 \u03B1\u03C2. \u03B1\u03C3.\u03B1 \u24D0\u2170")]
    // A letter of Unicode 16 has no small form in Unicode 14.
    [InlineData("\uA7CB\uD801\uDC00", "\uA7CB\uD801\uDC28")]
    public void LowerCase_AsPython(string text, string expected) => Assert.Equal(expected, LowerCase.Of(text));

    [Theory]
    [InlineData("a+b%20c%2F%e9%C3%A9", "a b c/\uFFFD\u00E9")]
    [InlineData("%zz %4 %\u00E941%C3\u00E9%A9", "%zz %4 %\u00E941\uFFFD\u00E9\uFFFD")]
    public void UnquotePlus(string text, string expected) => Assert.Equal(expected, PercentEncoding.UnquotePlus(text));

    private static void Check(string text, string expected, Func<int[], int[]> rule) => Assert.Equal(expected, CodePoints.ToText(rule(CodePoints.Of(text))));
}
