namespace NarVulkan.Models;

/// <summary>Tokens of a clip and a separator, rows of the embedding table from its first on.</summary>
/// <param name="ConditionValues">Largest token + 1.</param>
internal sealed record TokenCondition(int ConditionValues) : GeneratorCondition
{
    /// <inheritdoc/>
    public override bool CanGuide => false;
}
