using NarVulkan.Checkpoints;

namespace NarVulkan.Tests.Models.T5;

/// <summary>A T5 encoder of random values, as a file and as arrays.</summary>
internal sealed class T5Tensors
{
    /// <param name="normScale">Size of the norms' weights: with large ones the feed-forward layer leaves the range of float16.</param>
    public T5Tensors(int width, int heads, int headSize, int feedForward, int blocks, int vocabulary, int buckets, float normScale = 1f)
    {
        var random = new Random(9);
        Add("shared.weight", 1f, vocabulary, width);
        for (int block = 0; block < blocks; block++)
        {
            string prefix = $"encoder.block.{block}.layer.";
            foreach (string part in (string[])["q", "k", "v"])
            {
                Add($"{prefix}0.SelfAttention.{part}.weight", part == "v" ? 0.2f / normScale : 0.1f / normScale, heads * headSize, width);
            }
            Add($"{prefix}0.SelfAttention.o.weight", 0.2f, width, heads * headSize);
            Norm($"{prefix}0.layer_norm.weight");
            Add($"{prefix}1.DenseReluDense.wi_0.weight", 0.2f, feedForward, width);
            Add($"{prefix}1.DenseReluDense.wi_1.weight", 0.2f, feedForward, width);
            Add($"{prefix}1.DenseReluDense.wo.weight", 0.2f, width, feedForward);
            Norm($"{prefix}1.layer_norm.weight");
        }
        Add("encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight", 1f, buckets, heads);
        Add("encoder.final_layer_norm.weight", 0.1f, width);
        Config = $$"""
            {"d_model": {{width}}, "d_kv": {{headSize}}, "num_heads": {{heads}}, "num_layers": {{blocks}}, "feed_forward_proj": "gated-gelu",
             "relative_attention_num_buckets": {{buckets}}, "relative_attention_max_distance": 20}
            """;

        // Halfs hold them exactly, so that an encoder in float16 computes with the same.
        void Add(string name, float deviation, params long[] shape) =>
            Values[name] = (shape, [.. RandomData.Normal(random, (int)shape.Aggregate(1L, (a, b) => a * b), deviation).Select(value => (float)(Half)value)]);

        void Norm(string name) => Values[name] = ([width], [.. RandomData.Normal(random, width, 0.1f).Select(value => (float)(Half)(normScale * (1 + value)))]);
    }

    /// <summary>Contents of <c>config.json</c>.</summary>
    public string Config { get; }

    public Dictionary<string, (long[] Shape, float[] Values)> Values { get; } = [];

    /// <summary>Writes the files; the folder's text encoder.</summary>
    public TextDescription Write(Checkpoints.TemporaryFolder folder) => new(
        folder.Write("model.safetensors", Checkpoints.RandomSafetensors.Of(Values.Select(tensor => (tensor.Key, tensor.Value.Shape, tensor.Value.Values)))),
        "",
        folder.Write("config.json", Config),
        120);
}
