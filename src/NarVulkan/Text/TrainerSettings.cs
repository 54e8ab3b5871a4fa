namespace NarVulkan.Text;

/// <summary>What a SentencePiece model says of its training that matters to whoever uses it.</summary>
/// <param name="ModelType">How text is cut; see <see cref="Unigram"/>.</param>
/// <param name="SpaceBehind">Whether the space that belongs to a word stands behind it.</param>
/// <param name="ByteFallback">Whether what no piece covers becomes bytes.</param>
/// <param name="UnknownSurface">What an unknown id reads as.</param>
internal sealed record TrainerSettings(
    int ModelType = TrainerSettings.Unigram, bool SpaceBehind = false, bool ByteFallback = false, string UnknownSurface = " \u2047 ")
{
    /// <summary>The type that T5 uses, and that files mean which say nothing.</summary>
    public const int Unigram = 1;
}
