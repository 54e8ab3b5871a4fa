using NarVulkan.Checkpoints;
using NarVulkan.Decoding;

namespace NarVulkan.Models;

/// <summary>LlamaGen image generator (arXiv 2406.06525): next-token order, RoPE by row and column, conditioned on a class or on text features.</summary>
internal static class RasterImage
{
    /// <summary>Loads a class-conditional (<c>llamagen-c2i</c>) or text-conditional (<c>llamagen-t2i</c>) generator.</summary>
    /// <exception cref="ModelFileException">A tensor is missing or has another shape than the description implies.</exception>
    public static GeneratorWeights Load(WeightLoader loader, GeneratorDescription description)
    {
        var reader = new GeneratorReader(loader, description, "output.weight");
        reader.RequireSingleHead();
        var (condition, embedding, conditionTokens) = ImageCondition.Load(loader, reader, description, text: description.Architecture == Architecture.LlamaGenTextToImage);
        return new GeneratorWeights
        {
            Shape = reader.Shape,
            Schedule = RasterOrder.Build(reader.Grid, conditionTokens),
            Embedding = embedding,
            Condition = condition,
            Rotary = true,
            Blocks = reader.Blocks(),
            Heads = [reader.Head("norm.weight", reader.LastTrunkBlock)],
            Output = reader.Output("output.weight"),
            Epsilon = GeneratorReader.NormEpsilon,
            Tensors = loader.Finish(),
        };
    }
}
