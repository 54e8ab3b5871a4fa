namespace NarVulkan.Models;

/// <summary>What conditions a generator.</summary>
internal abstract record GeneratorCondition
{
    /// <summary>Whether there is an unconditional condition, without which guidance is impossible.</summary>
    public abstract bool CanGuide { get; }
}
