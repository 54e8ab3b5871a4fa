using NarVulkan.Checkpoints;

namespace PipelineReport;

/// <summary>A LARP-L tokenizer of one block in each half: 16 frames of 128 x 128 as 1024 tokens of a codebook of 8192.</summary>
internal static class LarpTensors
{
    private const int Width = 768, Heads = 12, CodeWidth = 16, PatchSize = 8, TemporalPatchSize = 4, Tokens = 4 * 16 * 16, Vocabulary = 8192;

    public static LarpTokenizerConfig Config { get; } = new()
    {
        InputSize = 128,
        FrameCount = 16,
        LatentTokens = Tokens,
        CodebookSize = Vocabulary,
        BottleneckWidth = CodeWidth,
        L2Normalized = true,
        Encoder = Transformer,
        Decoder = Transformer,
        LearnedEncoderPatchPositions = false,
        LearnedEncoderLatentQueries = true,
        LearnedDecoderLatentPositions = false,
        LearnedDecoderPatchQueries = false,
        EncoderPatchTypeEmbedding = false,
        EncoderLatentQueryTypeEmbedding = false,
        DecoderLatentTypeEmbedding = false,
        DecoderPatchQueryTypeEmbedding = false,
    };

    private static LarpTransformerConfig Transformer => new(Width, Heads, Depth: 1, PatchSize, TemporalPatchSize, [4, 16, 16]);

    public static IEnumerable<WeightTensor> All() =>
    [
        .. Half("encoder"), .. Half("decoder"),
        Of("bottleneck.regularizer.embedding.weight", Vocabulary, CodeWidth),
        .. Linear("bottleneck.in_linear", Width, CodeWidth), .. Linear("bottleneck.out_linear", CodeWidth, Width),
        Of("x_embedder.proj.weight", Width, 3, TemporalPatchSize, PatchSize, PatchSize), Of("x_embedder.proj.bias", Width),
        Of("encoder_patch_pe", 1, Tokens, Width), Of("encoder_latent_query_embed", 1, Tokens, Width),
        Of("decoder_latent_pe", 1, Tokens, Width), Of("decoder_patch_query_embed", 1, Tokens, Width),
        Of("final_layer.norm_final.weight", Width), Of("final_layer.norm_final.bias", Width),
        .. Linear("final_layer.linear", Width, 3 * TemporalPatchSize * PatchSize * PatchSize),
    ];

    private static IEnumerable<WeightTensor> Half(string half)
    {
        string prefix = half + ".blocks.0.";
        return
        [
            Of(prefix + "norm1.weight", Width), Of(prefix + "norm1.bias", Width), Of(prefix + "norm2.weight", Width), Of(prefix + "norm2.bias", Width),
            Of(prefix + "attn.qkv.weight", 3 * Width, Width), .. Linear(prefix + "attn.proj", Width, Width),
            .. Linear(prefix + "mlp.fc1", Width, 4 * Width), .. Linear(prefix + "mlp.fc2", 4 * Width, Width),
        ];
    }

    private static IEnumerable<WeightTensor> Linear(string name, int inputs, int outputs) => [Of(name + ".weight", outputs, inputs), Of(name + ".bias", outputs)];

    private static WeightTensor Of(string name, params long[] sizes) => OnesFile.Tensor(name, sizes);
}
