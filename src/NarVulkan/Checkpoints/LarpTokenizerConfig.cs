namespace NarVulkan.Checkpoints;

/// <summary>
/// The settings of a LARP video tokenizer that its tensors do not tell, checked to be ones that this product computes. Names follow the
/// constructor of the original (arXiv 2410.21264).
/// </summary>
internal sealed record LarpTokenizerConfig
{
    private const string SupportedTransformer = "transformer_encoder_parallel";
    private const int Channels = 3;

    /// <summary>Float32 values of a clip: 1 GiB. Published tokenizers have 800 thousand; below this bound every size of a clip fits 32 bits.</summary>
    private const long MostValues = 1L << 28;

    /// <summary>Rows and columns of a frame, pixels.</summary>
    public required int InputSize { get; init; }

    /// <summary>Frames of a clip.</summary>
    public required int FrameCount { get; init; }

    /// <summary>Latent tokens of a clip (<c>bottleneck_token_num</c>).</summary>
    public required int LatentTokens { get; init; }

    public required int CodebookSize { get; init; }

    /// <summary>Code width.</summary>
    public required int BottleneckWidth { get; init; }

    /// <summary>Whether codes are compared and emitted at length 1.</summary>
    public required bool L2Normalized { get; init; }

    public required LarpTransformerConfig Encoder { get; init; }

    public required LarpTransformerConfig Decoder { get; init; }

    public required bool LearnedEncoderPatchPositions { get; init; }

    public required bool LearnedEncoderLatentQueries { get; init; }

    public required bool LearnedDecoderLatentPositions { get; init; }

    public required bool LearnedDecoderPatchQueries { get; init; }

    /// <summary>Adds <c>encoder_patch_token_type_embed</c>.</summary>
    public required bool EncoderPatchTypeEmbedding { get; init; }

    /// <summary>Adds <c>encoder_latent_query_token_type_embed</c>.</summary>
    public required bool EncoderLatentQueryTypeEmbedding { get; init; }

    /// <summary>Adds <c>decoder_latent_token_type_embed</c>.</summary>
    public required bool DecoderLatentTypeEmbedding { get; init; }

    /// <summary>Adds <c>decoder_patch_query_token_type_embed</c>.</summary>
    public required bool DecoderPatchQueryTypeEmbedding { get; init; }

    /// <summary>From the file that the folder names, or else from the settings saved with the weights.</summary>
    /// <exception cref="ModelFileException">There are no settings, one is missing or wrong, or asks for what is not supported.</exception>
    public static LarpTokenizerConfig Read(TokenizerDescription tokenizer, WeightFile weights)
    {
        if (tokenizer.ConfigPath is not { } path)
        {
            return weights.Hyperparameters.Count > 0
                ? Parse(weights.Path, weights.Hyperparameters)
                : throw new ModelFileException(weights.Path, "carries no settings of the tokenizer; name its config.json as tokenizer.config in narvk.json");
        }
        return Read(path);
    }

    /// <exception cref="ModelFileException">The file is missing or wrong, or asks for what is not supported.</exception>
    public static LarpTokenizerConfig Read(string configPath)
    {
        using System.Text.Json.JsonDocument document = JsonFile.Read(configPath, 1 << 20);
        return Parse(configPath, PlainValues.FromJson(document.RootElement) as IReadOnlyDictionary<string, object?>
            ?? throw new ModelFileException(configPath, "must be a JSON object"));
    }

    private static LarpTokenizerConfig Parse(string path, IReadOnlyDictionary<string, object?> root)
    {
        PlainFields fields = new(path, Unwrap(root));
        PlainFields bottleneck = fields.Object("bottleneck").Object("args");
        PlainFields regularizer = bottleneck.Object("regularizer");
        PlainFields codebook = regularizer.Object("args");
        fields.Expect("transformer_name", SupportedTransformer, SupportedTransformer);
        fields.Expect("encoder_name", "none", "none", SupportedTransformer);
        fields.Expect("decoder_name", "none", "none", SupportedTransformer);
        fields.Expect("in_channels", (long)Channels, (long)Channels);
        bottleneck.Expect("norm", "none", "none");
        regularizer.Expect("name", "vq", "vq");
        int inputSize = fields.Integer("input_size", 1, 4096);
        int frames = fields.Integer("frame_num", 1, 4096);
        if ((long)Channels * frames * inputSize * inputSize > MostValues)
        {
            throw fields.Wrong("input_size", $"is {inputSize}, which with {frames} frames (frame_num) makes clips of more than {MostValues} values");
        }
        return new LarpTokenizerConfig
        {
            InputSize = inputSize,
            FrameCount = frames,
            LatentTokens = fields.Integer("bottleneck_token_num", 1, 1 << 20),
            CodebookSize = codebook.Integer("codebook_size", 1, 1 << 24),
            BottleneckWidth = bottleneck.Integer("bottleneck_dim", 1, 1 << 16),
            L2Normalized = codebook.Flag("l2_normalized", true),
            Encoder = LarpTransformerConfig.Read(fields, "encoder_", "", inputSize, frames),
            Decoder = LarpTransformerConfig.Read(fields, "decoder_", "decoder_", inputSize, frames),
            LearnedEncoderPatchPositions = fields.Flag("learned_encoder_patch_pe", false),
            LearnedEncoderLatentQueries = fields.Flag("learned_encoder_latent_query_embed", true),
            LearnedDecoderLatentPositions = fields.Flag("learned_decoder_latent_pe", false),
            LearnedDecoderPatchQueries = fields.Flag("learned_decoder_patch_query_embed", false),
            EncoderPatchTypeEmbedding = fields.Flag("use_encoder_patch_token_type_embed", false),
            EncoderLatentQueryTypeEmbedding = fields.Flag("use_encoder_latent_query_token_type_embed", false),
            DecoderLatentTypeEmbedding = fields.Flag("use_decoder_latent_token_type_embed", false),
            DecoderPatchQueryTypeEmbedding = fields.Flag("use_decoder_patch_query_token_type_embed", false),
        };
    }

    // Hub folders have the settings at the top, trainers under model.args.
    private static IReadOnlyDictionary<string, object?> Unwrap(IReadOnlyDictionary<string, object?> root)
    {
        foreach (string wrapper in (string[])["model", "args"])
        {
            if (!root.ContainsKey("bottleneck_token_num") && root.GetValueOrDefault(wrapper) is IReadOnlyDictionary<string, object?> inner)
            {
                root = inner;
            }
        }
        return root;
    }
}
