using System.Text.Json;

namespace NarVulkan.Checkpoints;

/// <summary>
/// Sizes of a T5 1.1 text encoder (arXiv 1910.10683; Flan-T5 is one), from its <c>config.json</c> and its tensors, checked to be ones that the
/// kernels compute. Names of the settings are those of the transformers library.
/// </summary>
internal sealed record T5Config
{
    /// <summary>The only feed-forward layer of the encoders that image models are trained with: gelu(wi_0 x) * wi_1 x, tanh form.</summary>
    private const string GatedGelu = "gated-gelu";

    private const int LongestConfig = 1 << 20, LargestSize = 1 << 20, MostBlocks = 1 << 12, LargestHead = 128, Granularity = 8;

    /// <summary>Model width, d.</summary>
    public required int Width { get; init; }

    /// <summary>Attention heads, h.</summary>
    public required int Heads { get; init; }

    /// <summary>Size of a head, D; h D need not be d.</summary>
    public required int HeadSize { get; init; }

    /// <summary>Width inside the feed-forward layers, f.</summary>
    public required int FeedForward { get; init; }

    /// <summary>Blocks of the encoder.</summary>
    public required int Blocks { get; init; }

    /// <summary>Rows of the embedding table; more than the tokenizer has pieces.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Buckets of relative positions, both directions together.</summary>
    public required int Buckets { get; init; }

    /// <summary>Distance from which on all positions are in the last bucket of their direction.</summary>
    public required int MaxDistance { get; init; }

    /// <summary>Of the RMS norms.</summary>
    public required float Epsilon { get; init; }

    /// <summary>The table of embeddings: under its own name, or under the encoder's where the file was saved without the first.</summary>
    public required string EmbeddingName { get; init; }

    /// <summary>Width of all heads together.</summary>
    public int AttentionWidth => Heads * HeadSize;

    /// <summary>Weights of the encoder, counted.</summary>
    public long Parameters =>
        ((long)Vocabulary * Width) + ((long)Buckets * Heads) + Width + (Blocks * (2L * Width + (4L * Width * AttentionWidth) + (3L * Width * FeedForward)));

    /// <summary>Reads the sizes.</summary>
    /// <param name="configPath">The encoder's <c>config.json</c>.</param>
    /// <param name="weights">Its tensors; those of a decoder are not looked at.</param>
    /// <exception cref="ModelFileException">A setting or a tensor is missing, they contradict each other, or it is an encoder that is not supported.</exception>
    public static T5Config Read(string configPath, WeightFile weights)
    {
        using JsonDocument document = JsonFile.Read(configPath, LongestConfig);
        JsonFields fields = new(configPath, document.RootElement);
        string feedForward = fields.String("feed_forward_proj") ?? "relu";
        if (feedForward != GatedGelu)
        {
            throw fields.Wrong("feed_forward_proj", $"is '{feedForward}', but only {GatedGelu} is supported (T5 1.1 and Flan-T5); use one of these text encoders");
        }
        string embedding = weights.TryGet("shared.weight", out _) ? "shared.weight" : "encoder.embed_tokens.weight";
        WeightTensor table = weights.Require(embedding, -1, -1);
        int heads = fields.RequireInteger("num_heads", 1, LargestSize), headSize = fields.RequireInteger("d_kv", 1, LargestHead);
        int width = Size(weights, table, 1);
        T5Config config = new()
        {
            Width = width,
            Heads = heads,
            HeadSize = headSize,
            FeedForward = Size(weights, weights.Require("encoder.block.0.layer.1.DenseReluDense.wi_0.weight", -1, width), 0),
            Blocks = CountBlocks(weights),
            Vocabulary = Size(weights, table, 0),
            Buckets = fields.Integer("relative_attention_num_buckets", 4, 1 << 12, 32),
            MaxDistance = fields.Integer("relative_attention_max_distance", 2, LargestSize, 128),
            Epsilon = fields.Number("layer_norm_epsilon", 0, 1, 1e-6f),
            EmbeddingName = embedding,
        };
        config.Check(fields, weights);
        return config;
    }

    private void Check(JsonFields fields, WeightFile weights)
    {
        if (fields.Integer("num_layers", 1, MostBlocks, Blocks) != Blocks)
        {
            throw fields.Wrong("num_layers", $"is {fields.Integer("num_layers", 1, MostBlocks, Blocks)}, but {weights.Path} has {Blocks} block(s); is it the right file for this encoder?");
        }
        if (fields.Integer("d_model", 1, LargestSize, Width) != Width)
        {
            throw fields.Wrong("d_model", $"is {fields.Integer("d_model", 1, LargestSize, Width)}, but {weights.Path} has {Width}; is it the right file for this encoder?");
        }
        if (Width % Granularity != 0 || HeadSize % Granularity != 0 || FeedForward % Granularity != 0)
        {
            throw new ModelFileException(fields.File, $"width {Width}, heads of {HeadSize} and feed-forward {FeedForward}: the kernels need multiples of {Granularity}");
        }
        if (Buckets % 4 != 0 || MaxDistance <= Buckets / 4)
        {
            throw fields.Wrong("relative_attention_num_buckets", $"is {Buckets} with a largest distance of {MaxDistance}, which makes no buckets of relative positions");
        }
    }

    private static int CountBlocks(WeightFile weights)
    {
        int blocks = 0;
        while (blocks < MostBlocks && weights.TryGet($"encoder.block.{blocks}.layer.0.SelfAttention.q.weight", out _))
        {
            blocks++;
        }
        return blocks > 0 ? blocks : throw new ModelFileException(weights.Path, "has no tensor encoder.block.0.layer.0.SelfAttention.q.weight; is it a T5 text encoder?");
    }

    private static int Size(WeightFile weights, WeightTensor tensor, int dimension)
    {
        long size = tensor.Shape[dimension];
        return size is > 0 and <= LargestSize
            ? (int)size
            : throw new ModelFileException(weights.Path, $"tensor {tensor.Name} has size {size} in dimension {dimension}, which no text encoder has.");
    }
}
