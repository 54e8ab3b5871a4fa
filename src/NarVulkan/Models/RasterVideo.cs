using NarVulkan.Checkpoints;
using NarVulkan.Decoding;

namespace NarVulkan.Models;

/// <summary>
/// LARP's video generator (arXiv 2410.21264): next-token order, learned absolute position embedding with the class at position 0 and
/// token k at k + 1; the last token is never fed and has no position.
/// </summary>
internal static class RasterVideo
{
    /// <summary>Loads a class-conditional generator (<c>larp-c2v</c>).</summary>
    /// <exception cref="ModelFileException">A tensor is missing or has another shape than the description implies.</exception>
    public static GeneratorWeights Load(WeightLoader loader, GeneratorDescription description)
    {
        var reader = new GeneratorReader(loader, description, "output.weight");
        reader.RequireSingleHead();
        reader.RequireClassCondition();
        int positions = reader.Grid.Count;
        var (classes, embedding) = reader.ClassTables();
        return new GeneratorWeights
        {
            Shape = reader.Shape,
            Schedule = RasterOrder.Build(reader.Grid, 1),
            Embedding = embedding,
            Condition = new ClassCondition(classes, FirstRow: reader.Shape.Vocabulary),
            PositionEmbedding = reader.PositionEmbedding(positions),
            Positions = positions,
            Blocks = reader.Blocks(),
            Heads = [reader.Head("norm.weight", reader.LastTrunkBlock)],
            Output = reader.Output("output.weight"),
            Epsilon = GeneratorReader.NormEpsilon,
            Tensors = loader.Finish(),
        };
    }
}
