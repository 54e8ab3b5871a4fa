namespace NarVulkan.Models;

/// <summary>Text features, projected.</summary>
/// <param name="Captions">The projection, and the features of "no text".</param>
internal sealed record TextCondition(CaptionProjection Captions) : GeneratorCondition
{
    /// <inheritdoc/>
    public override bool CanGuide => true;
}
