namespace NarVulkan.Text;

/// <summary>How text is made uniform before it is cut into pieces.</summary>
/// <param name="Characters">What characters become; null where all stay.</param>
/// <param name="AddDummyPrefix">Whether a text gets a space before (or behind) it, so that a word is the same piece wherever it stands.</param>
/// <param name="RemoveExtraSpaces">Whether spaces around the text go and those in a row become one.</param>
/// <param name="EscapeSpaces">Whether a space is written as U+2581.</param>
/// <param name="SpaceBehind">Whether the space that belongs to a word stands behind it.</param>
internal sealed record NormalizerSettings(
    CharacterMap? Characters, bool AddDummyPrefix, bool RemoveExtraSpaces, bool EscapeSpaces, bool SpaceBehind)
{
    /// <summary>As T5 has it, and as files mean it that say nothing.</summary>
    public static NormalizerSettings Usual { get; } = new(null, AddDummyPrefix: true, RemoveExtraSpaces: true, EscapeSpaces: true, SpaceBehind: false);
}
