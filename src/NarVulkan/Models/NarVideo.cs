using NarVulkan.Checkpoints;
using NarVulkan.Decoding;

namespace NarVulkan.Models;

/// <summary>
/// NAR video generator: a learned absolute position embedding instead of RoPE, and three heads, right, down and back,
/// after the last block of the trunk and after one further block each. Tensor names as published by the NAR project.
/// </summary>
internal static class NarVideo
{
    /// <summary>Blocks behind the trunk: one for the down head, one for the back head.</summary>
    private const int ExtraBlocks = 2;

    private static readonly string[] HeadNames = ["R", "D", "B"];

    /// <summary>Loads a class-conditional (<c>nar-c2v</c>) or frame-prediction (<c>nar-c2v-fp</c>) generator.</summary>
    /// <exception cref="ModelFileException">A tensor is missing or has another shape than the description implies.</exception>
    public static GeneratorWeights Load(WeightLoader loader, GeneratorDescription description)
    {
        if (description.ExtraHeadBlocks != ExtraBlocks)
        {
            throw new ModelFileException(loader.File.Path, $"\"extraHeadBlocks\" is {description.ExtraHeadBlocks}; a NAR video generator has {ExtraBlocks} (one for its down head, one for its back head).");
        }
        var reader = new GeneratorReader(loader, description, "output_R.weight");
        bool framePrediction = description.Architecture == Architecture.NarFramePrediction;
        if (!framePrediction)
        {
            reader.RequireClassCondition();
        }
        int vocabulary = reader.Shape.Vocabulary;
        int positions = checked(description.ConditionTokens + reader.Grid.Count);
        // Frame prediction embeds one more token, its separator.
        var (classes, embedding) = framePrediction ? (0, reader.TokenTables(vocabulary + 1)) : reader.ClassTables();
        return new GeneratorWeights
        {
            Shape = reader.Shape,
            Schedule = NearToFar.Video(reader.Grid, description.ConditionTokens),
            Embedding = embedding,
            Condition = framePrediction
                ? new TokenCondition(ConditionValues: vocabulary + 1)
                : new ClassCondition(classes, FirstRow: vocabulary),
            PositionEmbedding = reader.PositionEmbedding(positions),
            Positions = positions,
            Blocks = reader.Blocks(),
            Heads = [.. HeadNames.Select((name, head) => reader.Head($"norm_{name}.weight", reader.LastTrunkBlock + head))],
            Output = reader.Output([.. HeadNames.Select(name => $"output_{name}.weight")]),
            Epsilon = GeneratorReader.NormEpsilon,
            Tensors = loader.Finish(),
        };
    }
}
