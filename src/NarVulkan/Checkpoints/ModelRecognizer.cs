using System.Globalization;

namespace NarVulkan.Checkpoints;

/// <summary>Tells from the names and shapes of tensors which model a file holds.</summary>
internal static class ModelRecognizer
{
    private const string SpecialTable = "spe_tok_embeddings.special_embeddings.weight";

    /// <summary>What the file is; null if it is nothing known.</summary>
    public static RecognizedModel? Recognize(WeightFile file)
        => file.TryGet("tok_embeddings.weight", out WeightTensor? embeddings) && embeddings.Shape.Length == 2 ? Generator(file, embeddings)
            : Has(file, "bottleneck.regularizer.embedding.weight", 2) ? LarpTokenizer(file)
            : Has(file, "quantize.embedding.weight", 2) && Has(file, "decoder.conv_in.weight", 4) ? VqTokenizer(file)
            : Has(file, "encoder.final_layer_norm.weight", 1) && EncoderTable(file) is { } table ? TextEncoder(file, table)
            : null;

    private static RecognizedModel Generator(WeightFile file, WeightTensor embeddings)
    {
        bool hasClasses = Has(file, "cls_embedding.embedding_table.weight", 2);
        bool hasPositions = Has(file, "abs_pe", 3);
        Architecture architecture = ArchitectureOf(file, hasClasses, hasPositions);
        int extra = architecture.DefaultExtraHeadBlocks();
        int layers = Math.Max(CountBlocks(file, "layers.") - extra, 0);
        long width = embeddings.Shape[1];
        (string Name, int Heads)? published = PublishedSizes.Find(architecture.IsVideo(), width, layers);
        return new RecognizedModel
        {
            Kind = architecture.Name(),
            Architecture = architecture,
            Width = width,
            Layers = layers,
            ExtraHeadBlocks = extra,
            // Frame prediction embeds one more id, its separator, than it can generate.
            Vocabulary = embeddings.Shape[0] - (architecture == Architecture.NarFramePrediction ? 1 : 0),
            Classes = hasClasses ? file.Tensors["cls_embedding.embedding_table.weight"].Shape[0] - 1 : null,
            VisualTokens = hasPositions ? VisualTokens(architecture, file.Tensors["abs_pe"].Shape[1]) : null,
            TextTokens = Has(file, "cls_embedding.uncond_embedding", 2) ? file.Tensors["cls_embedding.uncond_embedding"].Shape[0] : null,
            ParallelTokens = Has(file, SpecialTable, 2) ? file.Tensors[SpecialTable].Shape[0] + 1 : null,
            LikelyHeads = file.Hyperparameters.GetValueOrDefault("n_head") is long and > 0 and <= int.MaxValue and var heads ? (int)heads : published?.Heads,
            PublishedSize = published?.Name,
            ParameterCount = CountParameters(file),
        };
    }

    private static Architecture ArchitectureOf(WeightFile file, bool hasClasses, bool hasPositions)
    {
        if (file.TryGet("norm_R.weight", out _))
        {
            return hasClasses ? Architecture.NarClassToVideo : Architecture.NarFramePrediction;
        }
        bool hasText = file.TryGet("cls_embedding.cap_proj.fc1.weight", out _);
        if (file.TryGet("medusa_norm.weight", out _))
        {
            return hasText ? Architecture.NarTextToImage : Architecture.NarClassToImage;
        }
        if (file.TryGet(SpecialTable, out _))
        {
            return Architecture.ParClassToImage;
        }
        return hasPositions ? Architecture.LarpClassToVideo
            : hasText ? Architecture.LlamaGenTextToImage
            : Architecture.LlamaGenClassToImage;
    }

    private static RecognizedModel LarpTokenizer(WeightFile file) => new()
    {
        Kind = "LARP video tokenizer",
        Tokenizer = TokenizerKind.Larp,
        Width = Has(file, "bottleneck.out_linear.weight", 2) ? file.Tensors["bottleneck.out_linear.weight"].Shape[0] : 0,
        Layers = CountBlocks(file, "decoder.blocks."),
        Vocabulary = file.Tensors["bottleneck.regularizer.embedding.weight"].Shape[0],
        VisualTokens = Has(file, "decoder_latent_pe", 3) ? file.Tensors["decoder_latent_pe"].Shape[1] : null,
        ParameterCount = CountParameters(file),
    };

    private static RecognizedModel VqTokenizer(WeightFile file) => new()
    {
        Kind = "VQ image tokenizer",
        Tokenizer = TokenizerKind.Vq,
        Width = file.Tensors["decoder.conv_in.weight"].Shape[0],
        Layers = CountBlocks(file, "decoder.conv_blocks."),
        Vocabulary = file.Tensors["quantize.embedding.weight"].Shape[0],
        ParameterCount = CountParameters(file),
    };

    // Saved without a decoder, an encoder may have its embeddings under its own name alone.
    private static WeightTensor? EncoderTable(WeightFile file)
        => file.TryGet("shared.weight", out WeightTensor? table) || file.TryGet("encoder.embed_tokens.weight", out table) ? table.Shape.Length == 2 ? table : null : null;

    private static RecognizedModel TextEncoder(WeightFile file, WeightTensor table) => new()
    {
        Kind = "T5 text encoder",
        Width = table.Shape[1],
        Layers = CountBlocks(file, "encoder.block."),
        Vocabulary = table.Shape[0],
        ParameterCount = CountParameters(file),
    };

    private static long VisualTokens(Architecture architecture, long positions) => architecture switch
    {
        // The last token is never fed, so its place is the class's.
        Architecture.LarpClassToVideo => positions,
        // The conditioning clip, its separator, and the clip.
        Architecture.NarFramePrediction => (positions - 1) / 2,
        _ => positions - 1,
    };

    private static bool Has(WeightFile file, string name, int dimensions)
        => file.TryGet(name, out WeightTensor? tensor) && tensor.Shape.Length == dimensions;

    /// <summary>How many different numbers follow <paramref name="prefix"/> in tensor names.</summary>
    private static int CountBlocks(WeightFile file, string prefix) => file.Tensors.Keys
        .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
        .Select(name => name[prefix.Length..].Split('.')[0])
        .Where(number => int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        .Distinct()
        .Count();

    // LARP's training-time prior lies in the same file but is no part of the tokenizer.
    private static long CountParameters(WeightFile file) => file.Tensors.Values
        .Where(tensor => tensor.Type.IsFloat() && !tensor.Name.StartsWith("prior_model.", StringComparison.Ordinal))
        .Sum(tensor => tensor.ElementCount);
}
