using NarVulkan.Checkpoints;
using NarVulkan.Decoding;
using NarVulkan.Kernels;

namespace NarVulkan.Models;

/// <summary>
/// What all generators have in common in their files: sizes, blocks, and the embedding table with its classes. Tensor names as
/// LlamaGen introduced them and NAR, PAR and LARP kept them.
/// </summary>
internal sealed class GeneratorReader
{
    public const float NormEpsilon = 1e-5f;

    private const string ClassTable = "cls_embedding.embedding_table.weight", TokenTable = "tok_embeddings.weight";

    private readonly WeightLoader loader;
    private readonly GeneratorDescription description;

    /// <summary>Reads the sizes.</summary>
    /// <param name="outputName">An output matrix, [vocabulary, width].</param>
    /// <exception cref="ModelFileException">A tensor is missing, or a size is none that a generator or the kernels can have.</exception>
    public GeneratorReader(WeightLoader loader, GeneratorDescription description, string outputName)
    {
        this.loader = loader;
        this.description = description;
        Grid = TokenGrid.FromDimensions(description.Grid);
        Shape = ReadShape(loader.File, description, outputName);
    }

    public TokenGrid Grid { get; }

    public GeneratorShape Shape { get; }

    /// <summary>Index of the last trunk block.</summary>
    public int LastTrunkBlock => Shape.Blocks - description.ExtraHeadBlocks - 1;

    /// <summary>Classes of a class-conditional file, and the embedding table: tokens, then classes with "no class" last, then <paramref name="more"/>.</summary>
    public (int Classes, EmbeddingTable Table) ClassTables(params MatrixSource[] more)
    {
        int rows = Size(loader.File.Require(ClassTable, -1, Shape.Width), 0);
        if (rows < 2)
        {
            throw new ModelFileException(loader.File.Path, $"tensor {ClassTable} has {rows} row(s); a class-conditional generator needs at least one class and the unconditional row.");
        }
        var parts = (MatrixSource[])[TokenRows(Shape.Vocabulary), loader.Rows(ClassTable, rows, Shape.Width), .. more];
        return (rows - 1, loader.Embedding("tok_embeddings", new StackedRows(parts)));
    }

    /// <summary>The embedding table of a file without classes: <paramref name="rows"/> tokens.</summary>
    public EmbeddingTable TokenTables(int rows) => loader.Embedding("tok_embeddings", TokenRows(rows));

    /// <summary>Trunk and head blocks.</summary>
    public GeneratorBlock[] Blocks()
    {
        var blocks = new GeneratorBlock[Shape.Blocks];
        for (int block = 0; block < blocks.Length; block++)
        {
            blocks[block] = new GeneratorBlock(loader, block, Shape, NormEpsilon);
        }
        return blocks;
    }

    /// <summary>A head that reads the output of block <paramref name="block"/>.</summary>
    public GeneratorHead Head(string normName, int block) => new(block, loader.Vector(normName, Shape.Width));

    /// <summary>Output matrices of the heads side by side, [vocabulary, heads * width].</summary>
    public PackedMatrix Output(params string[] names) => loader.Matrix(
        names.Length == 1 ? names[0] : string.Join("+", names),
        new JoinedColumns([.. names.Select(name => loader.Rows(name, Shape.Vocabulary, Shape.Width))]));

    /// <summary>The learned position embedding, float32 [positions, width].</summary>
    public Vulkan.DeviceBuffer PositionEmbedding(int positions)
    {
        var tensor = loader.File.Require("abs_pe", 1, -1, Shape.Width);
        if (tensor.Shape[1] != positions)
        {
            throw new ModelFileException(loader.File.Path, $"tensor abs_pe has {tensor.Shape[1]} positions, but grid {string.Join("x", description.Grid)} with {description.ConditionTokens} condition token(s) needs {positions}; correct \"grid\" or \"conditionTokens\" in narvk.json.");
        }
        var values = tensor.ToFloats();
        TensorRows.RequireFinite(tensor, values);
        return loader.Floats("abs_pe", values);
    }

    /// <summary>A dimension of a tensor, checked to be one that a generator can have.</summary>
    public int Size(WeightTensor tensor, int dimension) => Size(loader.File, tensor, dimension);

    /// <summary>Refuses blocks after the trunk in an architecture that has a single head.</summary>
    public void RequireSingleHead()
    {
        if (description.ExtraHeadBlocks != 0)
        {
            throw new ModelFileException(loader.File.Path, $"\"extraHeadBlocks\" is {description.ExtraHeadBlocks}; {description.Architecture.Name()} has one head and no blocks after its trunk.");
        }
    }

    /// <summary>Refuses more than one condition token where the condition is a class.</summary>
    public void RequireClassCondition()
    {
        if (description.ConditionTokens != 1)
        {
            throw new ModelFileException(loader.File.Path, $"\"conditionTokens\" is {description.ConditionTokens}; a class is one condition token.");
        }
    }

    /// <summary>The sizes, checked to be ones that the kernels compute.</summary>
    internal static GeneratorShape ReadShape(WeightFile file, GeneratorDescription description, string outputName)
    {
        var output = file.Require(outputName, -1, -1);
        int vocabulary = Size(file, output, 0), width = Size(file, output, 1);
        int feedForward = Size(file, file.Require("layers.0.feed_forward.w1.weight", -1, width), 0);
        int blocks = 0;
        while (file.TryGet($"layers.{blocks}.attention.wqkv.weight", out _))
        {
            blocks++;
        }
        if (description.ExtraHeadBlocks < 0 || blocks <= description.ExtraHeadBlocks)
        {
            throw new ModelFileException(file.Path, $"has {blocks} transformer block(s), and \"extraHeadBlocks\" is {description.ExtraHeadBlocks}; a trunk of at least one block must be left.");
        }
        if (width % description.Heads != 0 || width / description.Heads % 4 != 0 || width % 8 != 0 || feedForward % 8 != 0)
        {
            throw new ModelFileException(file.Path, $"width {width} with {description.Heads} heads and feed-forward {feedForward}: the kernels need heads of a multiple of 4, and widths that are multiples of 8; is \"heads\" in narvk.json right?");
        }
        if (width / description.Heads > AttentionKernel.LargestHead)
        {
            throw new ModelFileException(file.Path, $"width {width} with {description.Heads} heads gives heads of {width / description.Heads}, but the kernels take at most {AttentionKernel.LargestHead}; is \"heads\" in narvk.json (n_head in config.json) right?");
        }
        return new GeneratorShape(width, description.Heads, feedForward, blocks, vocabulary);
    }

    private static int Size(WeightFile file, WeightTensor tensor, int dimension)
    {
        long size = tensor.Shape[dimension];
        return size is > 0 and <= 1 << 24
            ? (int)size
            : throw new ModelFileException(file.Path, $"tensor {tensor.Name} has size {size} in dimension {dimension}, which no generator has.");
    }

    private TensorRows TokenRows(int rows) => loader.Rows(TokenTable, rows, Shape.Width);
}
