using NarVulkan.Text.Cleaning;
using Xunit;

namespace NarVulkan.Tests.Text;

/// <summary>Pages that are none. Expected texts are those of Beautiful Soup 4.11.2 with CPython 3.11.2.</summary>
public sealed class HtmlTextTests
{
    [Theory]
    [InlineData("a<b>c</b>d<br>e<br/>f</p>g", "acdefg")]
    [InlineData("a <b> </b> c<i>\n \n</i>d<pre> \n </pre>e", "a   c\nd \n e")]
    [InlineData("<template>a</template><rt>b</rt><rp>c</rp><style>d</style>e<script>f</script>g", "eg")]
    [InlineData("<script>a<b>c</b></scrip></SCRIPT >d", "d")]
    [InlineData("a<script>never closed", "a")]
    [InlineData("a<script/>b", "ab")]
    [InlineData("a<!-- b -- c -- >d<!doctype x>e<?php f ?>g<!h>i</ j>k</>l", "adegikl")]
    [InlineData("a<![CDATA[b]]>c<![if x]>d<![endif]>e<![CDATA[]]>f", "abcde f")]
    [InlineData("a<!-- never closed", "a<!-- never closed")]
    [InlineData("a<b c", "a<b c")]
    [InlineData("a<b c=\"d>e</b>f", "a<b c=\"d>ef")]
    [InlineData("a<b c='d>'>e", "ae")]
    [InlineData("a<b c==='d e>f", "af")]
    [InlineData("a<b c= 'd>e", "ae")]
    [InlineData("a<b/c/>d<e/ f>g", "adg")]
    [InlineData("a<b\u0000>c", "a<b\u0000>c")]
    [InlineData("1<2 and 3>2", "1<2 and 3>2")]
    [InlineData("a<", "a<")]
    [InlineData("&lt;b&gt; &amp &eacute;&eacute &foo; &foo. &a", "<b> & \u00E9\u00E9 &foo &foo. a")]
    [InlineData("&#65;&#x42;&#67 &#128;&#x81;&#0;&#1114112;", "ABC \u20AC\u0081\0\uFFFD")]
    [InlineData("a&#;b<i>c</i>", "a&#;bc")]
    [InlineData("a&#b<i>c</i>", "a&#b<i>c</i>")]
    [InlineData("&amp-", "&-")]
    [InlineData("AT&T", "ATT")]
    [InlineData("</br>a<br></br>b<p></br>c", "abc")]
    public void Of_Page_IsWhatBeautifulSoupShows(string page, string expected) => Assert.Equal(expected, HtmlText.Of(page));

    /// <summary>There the original ends with an error; the sign stays.</summary>
    [Fact]
    public void Of_MarkedSectionOfUnknownKind_StaysText() => Assert.Equal("a<![x[b]]>c", HtmlText.Of("a<![x[b]]><i>c</i>"));

    [Theory]
    [InlineData("&lt&lt;&notit;&notin;&amp;amp;", "<<\u00ACit;\u2209&amp;")]
    [InlineData("&#x41;&#65&#0;&#x80;&#xD800;&#1;&#xFFFE;&#13;&#99999999999;&#;&#x;", "AA\uFFFD\u20AC\uFFFD\r\uFFFD&#;&#x;")]
    [InlineData("&NotEqualTilde;&fjlig;&nosuch;&a", "\u2242\u0338fj&nosuch;&a")]
    [InlineData("&\U0001F642amp;&", "&\U0001F642amp;&")]
    public void Unescape_References_AsHtmlHasIt(string text, string expected) => Assert.Equal(expected, HtmlEntities.Unescape(text));

    [Fact]
    public void Names_OfHtml5_AreAllThere()
    {
        // The standard lists 2231 names, of which 106 are also there without a semicolon.
        Assert.Equal(2231 - 106, HtmlEntities.Names.Count);
        Assert.Equal("\u2201", HtmlEntities.Names["comp"]);
    }
}
