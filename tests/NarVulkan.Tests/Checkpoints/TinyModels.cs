using NarVulkan.Checkpoints;

namespace NarVulkan.Tests.Checkpoints;

/// <summary>Names and shapes of the generators' tensors, with sizes too small to be any use.</summary>
internal static class TinyModels
{
    /// <summary>The tensors of a generator: 11 classes (or 32-wide text), 64 codes, a clip of 2x4x4 tokens for video.</summary>
    public static IEnumerable<(string Name, long[] Shape)> Generator(Architecture architecture, long width, int layers)
    {
        bool isFramePrediction = architecture == Architecture.NarFramePrediction;
        if (architecture is Architecture.NarTextToImage or Architecture.LlamaGenTextToImage)
        {
            yield return ("cls_embedding.cap_proj.fc1.weight", [width, 32]);
        }
        else if (!isFramePrediction)
        {
            yield return ("cls_embedding.embedding_table.weight", [12, width]);
        }
        yield return ("tok_embeddings.weight", [isFramePrediction ? 65 : 64, width]);
        if (architecture.IsVideo())
        {
            yield return ("abs_pe", [1, isFramePrediction ? 65 : architecture == Architecture.LarpClassToVideo ? 32 : 33, width]);
        }
        for (int i = 0; i < layers + architecture.DefaultExtraHeadBlocks(); i++)
        {
            yield return ($"layers.{i}.attention_norm.weight", [width]);
        }
        foreach (string norm in Norms(architecture))
        {
            yield return (norm, [width]);
        }
        if (architecture == Architecture.ParClassToImage)
        {
            yield return ("spe_tok_embeddings.special_embeddings.weight", [3, width]);
        }
    }

    private static string[] Norms(Architecture architecture) => architecture switch
    {
        Architecture.NarClassToVideo or Architecture.NarFramePrediction => ["norm_R.weight", "norm_D.weight", "norm_B.weight"],
        Architecture.NarClassToImage or Architecture.NarTextToImage => ["norm.weight", "medusa_norm.weight"],
        _ => ["norm.weight"],
    };
}
