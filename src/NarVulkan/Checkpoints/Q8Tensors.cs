using NarVulkan.Quantization;

namespace NarVulkan.Checkpoints;

/// <summary>
/// How a file holds matrices in the form of <see cref="Q8Blocks"/>, and which matrices are held so.
/// <para>
/// A matrix <c>name</c> [N, K] is two tensors of a safetensors file: <c>name</c>, I8 [N, K], the weights q row by row, and <c>name.q8_scales</c>, F16
/// [N, ceil(K / 32)], the scales row by row: the one in row n, column b is that of weights 32 b .. min(32 b + 31, K - 1) of row n. Scales are finite and not negative. The metadata entry
/// <c>narvk.precision</c> is <c>q8</c>, for readers; what makes a matrix a quantised one is that its scales are there. An I8 tensor without scales holds integers, and
/// scales without their I8 tensor of the right shape are a damaged file.
/// </para>
/// <para>
/// Everything else in such a file is a tensor like any other: the matrices that are not <see cref="IsQ8Matrix">large</see> in 16 bits, the rest as it was.
/// </para>
/// </summary>
internal static class Q8Tensors
{
    /// <summary>The name of a matrix's scales, behind the matrix's own.</summary>
    public const string ScalesSuffix = ".q8_scales";

    /// <summary>Where the metadata says in which precision a file is.</summary>
    public const string PrecisionKey = "narvk.precision";

    /// <summary>What <c>--precision</c> and the metadata call it.</summary>
    public const string PrecisionName = "q8";

    /// <summary>
    /// The least rows and columns of a matrix that is kept in 8 bits. Smaller ones (codes of 8 to 16 numbers in and out, special tokens) are read in no time, and
    /// often where a model is most sensitive.
    /// </summary>
    public const int LeastSide = 64;

    private const string Weight = ".weight", SharedTable = "shared";

    /// <summary>What tables, convolutions and small matrices have where the large ones are in 8 bits: 16, those of the file where it has such.</summary>
    /// <returns>BF16 or F16.</returns>
    public static WeightType OthersType(WeightFile file)
    {
        var others = file.Tensors.Values.Where(tensor => tensor.IsMatrix() && !tensor.IsQ8).ToList();
        return others.Count > 0 && others.All(tensor => tensor.Type == WeightType.BF16) ? WeightType.BF16 : WeightType.F16;
    }

    /// <summary>
    /// Makes one tensor of every matrix and its scales. Called for all tensors of a model together: they may lie in different shards.
    /// </summary>
    /// <exception cref="ModelFileException">Scales without a matrix that they fit, or, in a file that says it is of this precision, a matrix without scales.</exception>
    public static void Join(WeightFileContents contents, string path)
    {
        foreach (string name in contents.Tensors.Keys.Where(name => name.EndsWith(ScalesSuffix, StringComparison.Ordinal)).ToList())
        {
            contents.Tensors.Remove(name, out WeightTensor? scales);
            string matrix = name[..^ScalesSuffix.Length];
            contents.Tensors[matrix] = contents.Tensors.TryGetValue(matrix, out WeightTensor? weights)
                ? Q8Tensor.Of(weights, scales!)
                : throw new ModelFileException(scales!.FilePath, $"tensor {name} has no tensor {matrix} that it scales; convert it again");
        }
        if (contents.Metadata.GetValueOrDefault(PrecisionKey) == PrecisionName
            && contents.Tensors.Values.FirstOrDefault(tensor => tensor is { IsQ8: false, Type: WeightType.I8, Shape.Length: 2 }) is { } bare)
        {
            throw new ModelFileException(path, $"tensor {bare.Name} is in 8 bits, but its scales {bare.Name}{ScalesSuffix} are missing; convert it again");
        }
    }

    /// <summary>Whether the sides of a product's matrix are such that it is kept in 8 bits.</summary>
    public static bool IsLarge(long rows, long columns) => rows >= LeastSide && columns >= LeastSide;

    /// <summary>
    /// Whether a file of precision q8 holds this tensor in blocks: a large matrix of a product, whose rows are whole blocks, so that matrices that are joined
    /// side by side when they are loaded have the blocks of their parts. Convolutions are limited by arithmetic rather than by reading weights; they and embedding tables have 16 bits.
    /// </summary>
    public static bool IsQ8Matrix(this WeightTensor tensor) => tensor.IsMatrix()
        && tensor.Shape.Length == 2
        && IsLarge(tensor.Shape[0], tensor.Shape[1])
        && tensor.Shape[1] % Q8Blocks.Length == 0
        && tensor.Name.EndsWith(Weight, StringComparison.Ordinal)
        && !IsTable(tensor.Name.AsSpan()[..^Weight.Length]);

    /// <summary>Of tokens, classes or words: a step gathers a few of its rows, so that 16 bits cost no time.</summary>
    private static bool IsTable(ReadOnlySpan<char> module)
    {
        var last = module[(module.LastIndexOf('.') + 1)..];
        return last.Contains("embed", StringComparison.Ordinal) || last.SequenceEqual(SharedTable);
    }
}
