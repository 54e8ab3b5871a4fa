namespace NarVulkan.Checkpoints;

/// <summary>What a model folder says about its token generator; everything else is read from the tensors.</summary>
/// <param name="Architecture">The family.</param>
/// <param name="WeightsPath">Full path of an existing file.</param>
/// <param name="Heads">Attention heads.</param>
/// <param name="Grid">[rows, columns] or [frames, rows, columns], in tokens.</param>
/// <param name="ConditionTokens">Condition tokens before the first visual token; for frame prediction the codes plus the separator.</param>
/// <param name="ExtraHeadBlocks">Blocks after the trunk that serve the further heads.</param>
/// <param name="ParallelTokens">PAR: tokens generated together; 0 for the others, and where the folder leaves it to the file.</param>
internal sealed record GeneratorDescription(
    Architecture Architecture, string WeightsPath, int Heads, IReadOnlyList<int> Grid, int ConditionTokens, int ExtraHeadBlocks, int ParallelTokens);
