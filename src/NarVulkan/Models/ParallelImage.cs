using NarVulkan.Checkpoints;
using NarVulkan.Decoding;

namespace NarVulkan.Models;

/// <summary>
/// PAR image generator (arXiv 2412.15119): LlamaGen's transformer with p - 1 learned special tokens, which turn generation from one
/// token at a time to p. Tensor names as published by the PAR project.
/// </summary>
internal static class ParallelImage
{
    private const string SpecialTable = "spe_tok_embeddings.special_embeddings.weight";

    /// <summary>Loads a class-conditional generator (<c>par-c2i</c>).</summary>
    /// <exception cref="ModelFileException">A tensor is missing or has another shape than the description implies.</exception>
    public static GeneratorWeights Load(WeightLoader loader, GeneratorDescription description)
    {
        var reader = new GeneratorReader(loader, description, "output.weight");
        reader.RequireSingleHead();
        reader.RequireClassCondition();
        int specials = reader.Size(loader.File.Require(SpecialTable, -1, reader.Shape.Width), 0);
        int parallel = specials + 1;
        if (description.ParallelTokens > 0 && description.ParallelTokens != parallel)
        {
            throw new ModelFileException(loader.File.Path, $"\"parallelTokens\" is {description.ParallelTokens}, but the file has {specials} special tokens, which makes {parallel}; correct it in narvk.json.");
        }
        if (ParallelGroups.Problem(reader.Grid, parallel) is { } problem)
        {
            throw new ModelFileException(loader.File.Path, $"{problem}; correct \"grid\" in narvk.json.");
        }
        var (classes, embedding) = reader.ClassTables(loader.Rows(SpecialTable, specials, reader.Shape.Width));
        int firstClass = reader.Shape.Vocabulary;
        return new GeneratorWeights
        {
            Shape = reader.Shape,
            Schedule = ParallelGroups.Build(reader.Grid, 1, parallel),
            Embedding = embedding,
            Condition = new ClassCondition(classes, firstClass),
            SpecialRows = [.. Enumerable.Range(firstClass + classes + 1, specials)],
            Rotary = true,
            Blocks = reader.Blocks(),
            Heads = [reader.Head("norm.weight", reader.LastTrunkBlock)],
            Output = reader.Output("output.weight"),
            Epsilon = GeneratorReader.NormEpsilon,
            Tensors = loader.Finish(),
        };
    }
}
