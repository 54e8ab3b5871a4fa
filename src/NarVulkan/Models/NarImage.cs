using NarVulkan.Checkpoints;
using NarVulkan.Decoding;

namespace NarVulkan.Models;

/// <summary>
/// NAR image generator: RoPE by row and column, and two heads: right after the trunk, below after the extra blocks (one as published; any
/// number works). Conditioned on a class or on text features. Tensor names as published by the NAR project.
/// </summary>
internal static class NarImage
{
    /// <summary>Loads a class-conditional (<c>nar-c2i</c>) or text-conditional (<c>nar-t2i</c>) generator.</summary>
    /// <exception cref="ModelFileException">A tensor is missing or has another shape than the description implies.</exception>
    public static GeneratorWeights Load(WeightLoader loader, GeneratorDescription description)
    {
        var reader = new GeneratorReader(loader, description, "output.weight");
        var (condition, embedding, conditionTokens) = ImageCondition.Load(loader, reader, description, text: description.Architecture == Architecture.NarTextToImage);
        return new GeneratorWeights
        {
            Shape = reader.Shape,
            Schedule = NearToFar.Image(reader.Grid.Rows, reader.Grid.Columns, conditionTokens),
            Embedding = embedding,
            Condition = condition,
            Rotary = true,
            Blocks = reader.Blocks(),
            Heads = [reader.Head("norm.weight", reader.LastTrunkBlock), reader.Head("medusa_norm.weight", reader.Shape.Blocks - 1)],
            Output = reader.Output("output.weight", "medusa_output.weight"),
            Epsilon = GeneratorReader.NormEpsilon,
            Tensors = loader.Finish(),
        };
    }
}
