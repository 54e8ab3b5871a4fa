namespace NarVulkan.Text;

/// <summary>Prompts as the published text models were trained to see them.</summary>
public static class CaptionCleaner
{
    /// <summary>The cleaning of captions, both passes of it, as the original applies them before the tokenizer.</summary>
    /// <exception cref="InvalidRequestException">The caption is longer than any prompt.</exception>
    public static string Clean(string caption) => throw new NotImplementedException();

    /// <summary>What the original does instead where cleaning is switched off: lower case, without white space around it.</summary>
    public static string LowerCase(string caption) => throw new NotImplementedException();
}
