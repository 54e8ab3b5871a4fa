using System.Text.Json;
using NarVulkan.Text;
using NarVulkan.Text.Cleaning;
using Xunit;
using static NarVulkan.Tests.Text.SentencePieceFixture;

namespace NarVulkan.Tests.Text;

/// <summary>The cleaning and its steps against the original's code, ftfy 6.3.1, Beautiful Soup 4.11.2 and the library of CPython 3.11.2.</summary>
public sealed class CaptionCleanerGoldenTests
{
    [Fact]
    public void Clean_EveryGoldenCaption_EqualsTheOriginal()
    {
        List<JsonElement> rows = Rows("text-cleaning/captions");
        Assert.Equal(72, rows.Count);
        Assert.All(rows, row =>
        {
            Assert.Equal(row.Text("cleaned_once"), CaptionCleaner.CleanOnce(row.Text("text")));
            Assert.Equal(row.Text("cleaned"), CaptionCleaner.Clean(row.Text("text")));
            Assert.Equal(row.Text("without_preprocessing"), CaptionCleaner.LowerCase(row.Text("text")));
        });
    }

    [Fact]
    public void Repair_EveryGoldenText_EqualsFtfy() => Assert.All(Rows("text-cleaning/fix_text"), row =>
    {
        string repaired = TextRepair.Repair(row.Text("text"));
        Assert.Equal(row.Text("fixed"), repaired);
        Assert.Equal(row.Text("then_unescaped_twice_and_stripped"), PythonText.Trim(HtmlEntities.Unescape(HtmlEntities.Unescape(repaired))).ToString());
    });

    [Fact]
    public void Of_EveryGoldenPage_EqualsBeautifulSoup()
        => Assert.All(Rows("text-cleaning/html_text"), row => Assert.Equal(row.Text("visible_text"), HtmlText.Of(row.Text("text"))));

    /// <summary>Made at random from what the rules are about, without regard to sense.</summary>
    [Fact]
    public void Steps_EveryRandomText_EqualThoseOfTheOriginal()
    {
        List<JsonElement> rows = Rows("text-cleaning/steps");
        Assert.True(rows.Count > 200);
        Assert.All(rows, row =>
        {
            string text = row.Text("text");
            Assert.Equal(row.Text("unquoted"), PercentEncoding.UnquotePlus(text));
            Assert.Equal(row.Text("lower"), LowerCase.Of(text));
            Assert.Equal(row.Text("visible_text"), HtmlText.Of(text));
            Assert.Equal(row.Text("unescaped"), HtmlEntities.Unescape(text));
            Assert.Equal(row.Text("fixed"), TextRepair.Repair(text));
            Assert.Equal(row.Text("composed"), CanonicalComposition.Compose(text));
            Assert.Equal(row.Text("cleaned_once"), CaptionCleaner.CleanOnce(text));
            Assert.Equal(row.Text("cleaned"), CaptionCleaner.Clean(text));
        });
    }
}
