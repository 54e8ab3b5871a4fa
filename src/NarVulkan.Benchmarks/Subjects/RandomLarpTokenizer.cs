using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace NarVulkan.Benchmarks.Subjects;

/// <summary>
/// Writes a model folder with a LARP-L tokenizer of random weights: 16 frames of 128 x 128 as 4 x 16 x 16 tokens of a codebook of
/// 8192. Weights are scaled so that activations stay of order one; the pictures are noise.
/// </summary>
internal static class RandomLarpTokenizer
{
    private const int Width = 768, Blocks = 12, CodeWidth = 16, PatchValues = 4 * 8 * 8 * 3, Tokens = 4 * 16 * 16, Vocabulary = 8192;

    /// <summary>Writes <c>narvk.json</c>, the weights and their <c>config.json</c>.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="withEncoder">Also the half that only encoding needs.</param>
    public static void Write(string directory, bool withEncoder = false)
    {
        Directory.CreateDirectory(directory);
        WriteSafetensors(Path.Combine(directory, "larp_tokenizer.safetensors"), [.. Tensors(), .. withEncoder ? EncoderTensors() : []]);
        File.WriteAllText(Path.Combine(directory, "config.json"), Config);
        File.WriteAllText(Path.Combine(directory, "narvk.json"), """
            { "format": 1, "name": "random-larp", "tokenizer": { "kind": "larp", "weights": "larp_tokenizer.safetensors", "config": "config.json" } }
            """);
    }

    private static List<(string Name, int[] Shape, float Scale)> Tensors()
    {
        const int d = Width;
        float ofWidth = 1 / MathF.Sqrt(d);
        List<(string, int[], float)> tensors =
        [
            ("bottleneck.regularizer.embedding.weight", [Vocabulary, CodeWidth], 1),
            ("bottleneck.out_linear.weight", [d, CodeWidth], 1), ("bottleneck.out_linear.bias", [d], 0),
            ("decoder_latent_pe", [1, Tokens, d], 1), ("decoder_patch_query_embed", [1, Tokens, d], 1),
            ("decoder_patch_query_token_type_embed", [1, 1, d], 0.02f),
            ("final_layer.norm_final.weight", [d], 0), ("final_layer.norm_final.bias", [d], 0.1f),
            ("final_layer.linear.weight", [PatchValues, d], ofWidth), ("final_layer.linear.bias", [PatchValues], 0.1f),
        ];
        tensors.AddRange(BlockTensors("decoder"));
        return tensors;
    }

    private static List<(string Name, int[] Shape, float Scale)> EncoderTensors() =>
    [
        ("x_embedder.proj.weight", [Width, 3, 4, 8, 8], 1 / MathF.Sqrt(PatchValues)), ("x_embedder.proj.bias", [Width], 0.1f),
        ("encoder_patch_pe", [1, Tokens, Width], 1), ("encoder_latent_query_embed", [1, Tokens, Width], 1),
        .. BlockTensors("encoder"),
        ("bottleneck.in_linear.weight", [CodeWidth, Width], 1 / MathF.Sqrt(Width)), ("bottleneck.in_linear.bias", [CodeWidth], 0),
    ];

    private static IEnumerable<(string Name, int[] Shape, float Scale)> BlockTensors(string half)
    {
        const int d = Width;
        float ofWidth = 1 / MathF.Sqrt(d);
        for (int block = 0; block < Blocks; block++)
        {
            string prefix = $"{half}.blocks.{block}.";
            foreach (var tensor in ((string, int[], float)[])
            [
                (prefix + "norm1.weight", [d], 0), (prefix + "norm1.bias", [d], 0.1f), (prefix + "norm2.weight", [d], 0), (prefix + "norm2.bias", [d], 0.1f),
                (prefix + "attn.qkv.weight", [3 * d, d], ofWidth), (prefix + "attn.proj.weight", [d, d], ofWidth), (prefix + "attn.proj.bias", [d], 0.1f),
                (prefix + "mlp.fc1.weight", [4 * d, d], ofWidth), (prefix + "mlp.fc1.bias", [4 * d], 0.1f),
                (prefix + "mlp.fc2.weight", [d, 4 * d], ofWidth / 2), (prefix + "mlp.fc2.bias", [d], 0.1f),
            ])
            {
                yield return tensor;
            }
        }
    }

    /// <summary>A scale of 0 marks a norm's weight, which is one; everything else is normal with that standard deviation.</summary>
    private static void WriteSafetensors(string path, List<(string Name, int[] Shape, float Scale)> tensors)
    {
        using var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            long offset = 0;
            foreach (var (name, shape, _) in tensors)
            {
                long bytes = Elements(shape) * sizeof(float);
                json.WriteStartObject(name);
                json.WriteString("dtype", "F32");
                json.WriteStartArray("shape");
                Array.ForEach(shape, json.WriteNumberValue);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += bytes);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        using var file = File.Create(path);
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        file.Write(length);
        header.Position = 0;
        header.CopyTo(file);
        var random = new Random(2503);
        var values = new float[1 << 16];
        foreach (var (_, shape, scale) in tensors)
        {
            for (long left = Elements(shape); left > 0; left -= values.Length)
            {
                var chunk = values.AsSpan(0, (int)Math.Min(left, values.Length));
                Fill(random, chunk, scale);
                file.Write(MemoryMarshal.AsBytes(chunk));
            }
        }
    }

    /// <summary>Sums of four uniform numbers are normal enough here, and quick.</summary>
    private static void Fill(Random random, Span<float> values, float scale)
    {
        float unit = scale * MathF.Sqrt(3);
        foreach (ref float value in values)
        {
            value = scale == 0 ? 1 : unit * (random.NextSingle() + random.NextSingle() + random.NextSingle() + random.NextSingle() - 2);
        }
    }

    private static long Elements(int[] shape) => shape.Aggregate(1L, (product, size) => product * size);

    private const string Config = """
        { "bottleneck": { "name": "bottleneck", "args": { "bottleneck_dim": 16, "norm": "none", "regularizer": { "name": "vq", "args": { "codebook_size": 8192, "l2_normalized": true } } } },
          "prior_model": { "name": "none" }, "transformer_name": "transformer_encoder_parallel", "bottleneck_token_num": 1024, "input_size": 128, "frame_num": 16,
          "temporal_patch_size": 4, "patch_size": 8, "decoder_temporal_patch_size": 4, "decoder_patch_size": 8, "in_channels": 3,
          "encoder_hidden_size": 768, "decoder_hidden_size": 768, "encoder_num_heads": 12, "decoder_num_heads": 12, "encoder_depth": 12, "decoder_depth": 12,
          "learned_encoder_latent_query_embed": true, "use_decoder_patch_query_token_type_embed": true }
        """;
}
