namespace NarVulkan.Models;

/// <summary>A class: one row of the embedding table.</summary>
/// <param name="Classes">Classes that can be asked for.</param>
/// <param name="FirstRow">Embedding row of class 0; "no class" lies behind the last class.</param>
internal sealed record ClassCondition(int Classes, int FirstRow) : GeneratorCondition
{
    /// <inheritdoc/>
    public override bool CanGuide => true;

    /// <summary>Embedding row of "no class".</summary>
    public int UnconditionalRow => FirstRow + Classes;
}
