namespace NarVulkan.Checkpoints;

/// <summary>
/// Names and shapes of the tensors of the published generators, by architecture, with spreads for which activations stay of
/// order one: matrices 1 / sqrt(inputs), embeddings 1, norms one.
/// </summary>
internal static class GeneratorTensors
{
    private const float PositionDeviation = 0.5f;

    /// <summary>All tensors of a generator that is conditioned on classes or on a text.</summary>
    /// <param name="description">Architecture, grid, condition tokens, blocks of the further heads, parallel tokens.</param>
    /// <param name="width">Model width, d.</param>
    /// <param name="trunkBlocks">Blocks without those of the further heads, L.</param>
    /// <param name="feedForward">Width inside the feed-forward layers.</param>
    /// <param name="vocabulary">Codebook size, V.</param>
    /// <param name="classes">Classes, the unconditional one not counted.</param>
    /// <param name="textFeatures">Width of the text features, where there are no classes.</param>
    /// <exception cref="ArgumentException">The architecture is conditioned on something else.</exception>
    public static IEnumerable<RandomTensorShape> Of(GeneratorDescription description, int width, int trunkBlocks, int feedForward, int vocabulary, int classes, int textFeatures)
    {
        foreach (RandomTensorShape tensor in (RandomTensorShape[])
        [
            .. OfCondition(description, width, classes, textFeatures),
            Embedding("tok_embeddings.weight", vocabulary, width),
            .. OfInput(description, width),
            .. OfHeads(description.Architecture, width, vocabulary),
        ])
        {
            yield return tensor;
        }
        for (int block = 0; block < trunkBlocks + description.ExtraHeadBlocks; block++)
        {
            string prefix = $"layers.{block}.";
            yield return Matrix(prefix + "attention.wqkv.weight", 3L * width, width);
            yield return Matrix(prefix + "attention.wo.weight", width, width);
            yield return Matrix(prefix + "feed_forward.w1.weight", feedForward, width);
            yield return Matrix(prefix + "feed_forward.w3.weight", feedForward, width);
            yield return Matrix(prefix + "feed_forward.w2.weight", width, feedForward);
            yield return Norm(prefix + "attention_norm.weight", width);
            yield return Norm(prefix + "ffn_norm.weight", width);
        }
    }

    private static IEnumerable<RandomTensorShape> OfCondition(GeneratorDescription description, int width, int classes, int textFeatures) => description.Architecture
        is not (Architecture.NarTextToImage or Architecture.LlamaGenTextToImage)
        ? [Embedding("cls_embedding.embedding_table.weight", classes + 1L, width)]
        : [
            Embedding("cls_embedding.uncond_embedding", description.ConditionTokens, textFeatures),
            Matrix("cls_embedding.cap_proj.fc1.weight", width, textFeatures),
            Matrix("cls_embedding.cap_proj.fc2.weight", width, width),
        ];

    private static IEnumerable<RandomTensorShape> OfInput(GeneratorDescription description, int width)
    {
        long tokens = description.Grid.Aggregate(1L, (product, size) => product * size);
        return description.Architecture switch
        {
            Architecture.NarClassToVideo => [Positions(tokens + description.ConditionTokens, width)],
            // LARP never feeds its last token, so that one has no position.
            Architecture.LarpClassToVideo => [Positions(tokens + description.ConditionTokens - 1, width)],
            Architecture.ParClassToImage => [Embedding("spe_tok_embeddings.special_embeddings.weight", description.ParallelTokens - 1L, width)],
            _ => [],
        };
    }

    private static IEnumerable<RandomTensorShape> OfHeads(Architecture architecture, int width, int vocabulary)
    {
        (string Norm, string Output)[] heads = architecture switch
        {
            Architecture.NarClassToImage or Architecture.NarTextToImage => [("norm", "output"), ("medusa_norm", "medusa_output")],
            Architecture.NarClassToVideo => [("norm_R", "output_R"), ("norm_D", "output_D"), ("norm_B", "output_B")],
            Architecture.ParClassToImage or Architecture.LlamaGenClassToImage or Architecture.LlamaGenTextToImage or Architecture.LarpClassToVideo => [("norm", "output")],
            _ => throw new ArgumentException($"{architecture.Name()} is conditioned on neither classes nor a text", nameof(architecture)),
        };
        foreach ((string norm, string output) in heads)
        {
            yield return Norm(norm + ".weight", width);
            yield return Matrix(output + ".weight", vocabulary, width);
        }
    }

    private static RandomTensorShape Matrix(string name, long rows, long columns) => new(name, [rows, columns], 1 / MathF.Sqrt(columns));

    private static RandomTensorShape Embedding(string name, long rows, long columns) => new(name, [rows, columns], 1);

    private static RandomTensorShape Positions(long positions, long width) => new("abs_pe", [1, positions, width], PositionDeviation);

    private static RandomTensorShape Norm(string name, long width) => new(name, [width], null);
}
