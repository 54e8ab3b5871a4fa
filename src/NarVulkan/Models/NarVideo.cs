using NarVulkan.Checkpoints;
using NarVulkan.Decoding;
using NarVulkan.Kernels;

namespace NarVulkan.Models;

/// <summary>
/// NAR video generator: a learned absolute position embedding instead of RoPE, and three heads, right, down and back,
/// after the last block of the trunk and after one further block each. Tensor names as published by the NAR project.
/// </summary>
internal static class NarVideo
{
    private const float NormEpsilon = 1e-5f;

    /// <summary>Blocks behind the trunk: one for the down head, one for the back head.</summary>
    private const int ExtraBlocks = 2;

    private static readonly string[] HeadNames = ["R", "D", "B"];

    /// <summary>Loads a class-conditional (<c>nar-c2v</c>) or frame-prediction (<c>nar-c2v-fp</c>) generator.</summary>
    /// <exception cref="ModelFileException">A tensor is missing or has another shape than the description implies.</exception>
    public static GeneratorWeights Load(WeightLoader loader, GeneratorDescription description)
    {
        var file = loader.File;
        bool framePrediction = description.Architecture == Architecture.NarFramePrediction;
        var grid = TokenGrid.FromDimensions(description.Grid);
        var shape = ReadShape(file, description, framePrediction);
        int d = shape.Width, vocabulary = shape.Vocabulary;

        var tokens = loader.Rows("tok_embeddings.weight", framePrediction ? vocabulary + 1 : vocabulary, d);
        int classRows = framePrediction ? 0 : RowCount(file, "cls_embedding.embedding_table.weight", d);
        if (!framePrediction && classRows < 2)
        {
            throw new ModelFileException(file.Path, $"tensor cls_embedding.embedding_table.weight has {classRows} row(s); a class-conditional generator needs at least one class and the unconditional row.");
        }
        MatrixSource table = framePrediction ? tokens : new StackedRows(tokens, loader.Rows("cls_embedding.embedding_table.weight", classRows, d));

        int positions = checked(description.ConditionTokens + grid.Count);
        var pe = file.Require("abs_pe", 1, -1, d);
        if (pe.Shape[1] != positions)
        {
            throw new ModelFileException(file.Path, $"tensor abs_pe has {pe.Shape[1]} positions, but grid {string.Join("x", description.Grid)} with {description.ConditionTokens} condition token(s) needs {positions}; correct \"grid\" or \"conditionTokens\" in narvk.json.");
        }
        var positionValues = pe.ToFloats();

        var embedding = loader.Embedding("tok_embeddings", table);
        var positionEmbedding = loader.Floats("abs_pe", positionValues);
        var blocks = new GeneratorBlock[shape.Blocks];
        for (int block = 0; block < blocks.Length; block++)
        {
            blocks[block] = new GeneratorBlock(loader, block, shape, NormEpsilon);
        }
        var heads = HeadNames.Select((name, head) => new GeneratorHead(shape.Blocks - ExtraBlocks - 1 + head, loader.Vector($"norm_{name}.weight", d))).ToArray();
        var output = loader.Matrix("output_R+D+B", new JoinedColumns([.. HeadNames.Select(name => loader.Rows($"output_{name}.weight", vocabulary, d))]));

        return new GeneratorWeights(loader)
        {
            Shape = shape,
            Schedule = NearToFar.Video(grid, description.ConditionTokens),
            Embedding = embedding,
            PositionEmbedding = positionEmbedding,
            Positions = positions,
            Blocks = blocks,
            Heads = heads,
            Output = output,
            Epsilon = NormEpsilon,
            Classes = framePrediction ? 0 : classRows - 1,
            FirstConditionRow = framePrediction ? 0 : vocabulary,
            ConditionValues = framePrediction ? vocabulary + 1 : classRows,
            UnconditionalValue = framePrediction ? null : classRows - 1,
        };
    }

    /// <summary>The sizes, checked to be ones that the kernels compute.</summary>
    /// <exception cref="ModelFileException">A tensor is missing, or a size is none that a generator or the kernels can have.</exception>
    internal static GeneratorShape ReadShape(WeightFile file, GeneratorDescription description, bool framePrediction)
    {
        var output = file.Require("output_R.weight", -1, -1);
        int vocabulary = Size(file, output, 0), width = Size(file, output, 1);
        if (framePrediction && RowCount(file, "tok_embeddings.weight", width) != vocabulary + 1)
        {
            throw new ModelFileException(file.Path, $"tensor tok_embeddings.weight must have {vocabulary + 1} rows for frame prediction (the codebook and a separator).");
        }
        int feedForward = RowCount(file, "layers.0.feed_forward.w1.weight", width);
        int blocks = 0;
        while (file.TryGet($"layers.{blocks}.attention.wqkv.weight", out _))
        {
            blocks++;
        }
        if (description.ExtraHeadBlocks != ExtraBlocks)
        {
            throw new ModelFileException(file.Path, $"\"extraHeadBlocks\" is {description.ExtraHeadBlocks}; a NAR video generator has {ExtraBlocks} (one for its down head, one for its back head).");
        }
        if (blocks <= ExtraBlocks)
        {
            throw new ModelFileException(file.Path, $"has {blocks} transformer block(s); a NAR video generator has at least {ExtraBlocks + 1}.");
        }
        if (width % description.Heads != 0 || width / description.Heads % 8 != 0 || feedForward % 8 != 0)
        {
            throw new ModelFileException(file.Path, $"width {width} with {description.Heads} heads and feed-forward {feedForward}: the kernels need a head size and a feed-forward width that are multiples of 8; is \"heads\" in narvk.json right?");
        }
        if (width / description.Heads > AttentionKernel.LargestHead)
        {
            throw new ModelFileException(file.Path, $"width {width} with {description.Heads} heads gives heads of {width / description.Heads}, but the kernels take at most {AttentionKernel.LargestHead}; is \"heads\" in narvk.json (n_head in config.json) right?");
        }
        return new GeneratorShape(width, description.Heads, feedForward, blocks, vocabulary);
    }

    private static int RowCount(WeightFile file, string name, int columns) => Size(file, file.Require(name, -1, columns), 0);

    private static int Size(WeightFile file, WeightTensor tensor, int dimension)
    {
        long size = tensor.Shape[dimension];
        return size is > 0 and <= 1 << 24
            ? (int)size
            : throw new ModelFileException(file.Path, $"tensor {tensor.Name} has size {size} in dimension {dimension}, which no generator has.");
    }
}
