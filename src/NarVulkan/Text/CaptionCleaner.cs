using NarVulkan.Text.Cleaning;

namespace NarVulkan.Text;

/// <summary>
/// Prompts as the published text models were trained to see them: the cleaning of <c>language/t5.py</c> of LlamaGen and NAR, which that has from DeepFloyd IF. It takes more away than one
/// would wish (brackets, slashes, Chinese characters, the word shipping), but the models know no other captions.
/// </summary>
public static class CaptionCleaner
{
    /// <summary>Characters of a caption. A text encoder sees some hundred tokens; unfinished tags take time that grows with the square of this.</summary>
    public const int LongestCaption = 1 << 14;

    /// <summary>The cleaning of captions, both passes of it, as the original applies them before the tokenizer.</summary>
    /// <exception cref="InvalidRequestException">The caption is longer than <see cref="LongestCaption"/>.</exception>
    public static string Clean(string caption)
    {
        if (caption.Length > LongestCaption)
        {
            throw new InvalidRequestException($"the caption has {caption.Length} characters, more than the {LongestCaption} that are cleaned; shorten it, or switch the cleaning off");
        }
        return CleanOnce(CleanOnce(caption));
    }

    /// <summary>What the original does instead where cleaning is switched off: lower case, without white space around it.</summary>
    public static string LowerCase(string caption) => PythonText.Trim(Cleaning.LowerCase.Of(caption)).ToString();

    /// <summary>One pass.</summary>
    internal static string CleanOnce(string caption)
    {
        caption = PythonText.Trim(PercentEncoding.UnquotePlus(caption)).ToString();
        caption = Cleaning.LowerCase.Of(caption).Replace("<person>", "person", StringComparison.Ordinal);
        int[] text = WebAddresses.RemoveUrls(WebAddresses.RemoveUrls(CodePoints.Of(caption), "http"), "www");
        text = CodePoints.Of(HtmlText.Of(CodePoints.ToText(text)));
        text = WebAddresses.RemoveNicknames(text);
        text = Symbols.Quotes(Symbols.Dashes(Symbols.RemoveChinese(text)));
        text = Symbols.RemoveEntityNames(text);
        text = WebAddresses.ReplaceIpAddresses(text);
        text = Identifiers.RemoveArticleNumber(text);
        text = Symbols.WrittenLineBreaks(text);
        text = Identifiers.RemoveFileNames(Identifiers.RemoveNumbers(text));
        text = Symbols.JoinedWords(Symbols.Punctuation(text));

        caption = TextRepair.Repair(CodePoints.ToText(text));
        caption = HtmlEntities.Unescape(HtmlEntities.Unescape(caption));
        text = CodePoints.Of(PythonText.Trim(caption).ToString());

        text = Adverts.Remove(Identifiers.RemoveCodes(text));
        text = Identifiers.RemoveSizes(Identifiers.ReplaceLongCodes(text));
        text = Spacing.TrimEnds(Spacing.Even(text));
        return PythonText.Trim(CodePoints.ToText(text)).ToString();
    }
}
