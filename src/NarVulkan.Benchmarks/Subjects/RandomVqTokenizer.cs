using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace NarVulkan.Benchmarks.Subjects;

/// <summary>Writes a VQ-16 image tokenizer of the published size with random weights: the real workload without the real file.</summary>
internal static class RandomVqTokenizer
{
    private const int Codes = 16384, CodeWidth = 8, Latents = 256, Channels = 128;

    private static readonly int[] Multipliers = [1, 1, 2, 2, 4];

    /// <summary>Writes a model folder: <c>narvk.json</c> and the weights.</summary>
    public static void WriteFolder(string directory)
    {
        Directory.CreateDirectory(directory);
        Write(Path.Combine(directory, "vq.safetensors"));
        File.WriteAllText(Path.Combine(directory, "narvk.json"), """
            { "format": 1, "name": "random-vq", "tokenizer": { "kind": "vq", "weights": "vq.safetensors" } }
            """);
    }

    /// <summary>Writes the weights alone.</summary>
    public static void Write(string path)
    {
        var tensors = new List<(string Name, int[] Shape)> { ("quantize.embedding.weight", [Codes, CodeWidth]) };
        Convolution("post_quant_conv", CodeWidth, Latents, 1);
        Convolution("quant_conv", Latents, CodeWidth, 1);
        Decoder();
        Encoder();
        Write(path, tensors);

        void Decoder()
        {
            var width = Channels * Multipliers[^1];
            Convolution("decoder.conv_in", Latents, width, 3);
            Middle("decoder.", width);
            for (var level = 0; level < Multipliers.Length; level++)
            {
                var next = Channels * Multipliers[^(level + 1)];
                for (var block = 0; block < 3; block++, width = next)
                {
                    Residual($"decoder.conv_blocks.{level}.res.{block}.", width, next);
                    if (level == 0)
                    {
                        Attention($"decoder.conv_blocks.{level}.attn.{block}.", next);
                    }
                }

                if (level < Multipliers.Length - 1)
                {
                    Convolution($"decoder.conv_blocks.{level}.upsample.conv", width, width, 3);
                }
            }

            Norm("decoder.norm_out", width);
            Convolution("decoder.conv_out", width, 3, 3);
        }

        void Encoder()
        {
            var width = Channels;
            Convolution("encoder.conv_in", 3, width, 3);
            for (var level = 0; level < Multipliers.Length; level++)
            {
                var next = Channels * Multipliers[level];
                for (var block = 0; block < 2; block++, width = next)
                {
                    Residual($"encoder.conv_blocks.{level}.res.{block}.", width, next);
                    if (level == Multipliers.Length - 1)
                    {
                        Attention($"encoder.conv_blocks.{level}.attn.{block}.", next);
                    }
                }

                if (level < Multipliers.Length - 1)
                {
                    Convolution($"encoder.conv_blocks.{level}.downsample.conv", width, width, 3);
                }
            }

            Middle("encoder.", width);
            Norm("encoder.norm_out", width);
            Convolution("encoder.conv_out", width, Latents, 3);
        }

        void Middle(string half, int width)
        {
            Residual(half + "mid.0.", width, width);
            Attention(half + "mid.1.", width);
            Residual(half + "mid.2.", width, width);
        }

        void Residual(string prefix, int channels, int width)
        {
            Norm(prefix + "norm1", channels);
            Convolution(prefix + "conv1", channels, width, 3);
            Norm(prefix + "norm2", width);
            Convolution(prefix + "conv2", width, width, 3);
            if (channels != width)
            {
                Convolution(prefix + "nin_shortcut", channels, width, 1);
            }
        }

        void Attention(string prefix, int width)
        {
            Norm(prefix + "norm", width);
            foreach (var part in new[] { "q", "k", "v", "proj_out" })
            {
                Convolution(prefix + part, width, width, 1);
            }
        }

        void Norm(string name, int width) => tensors.AddRange([(name + ".weight", [width]), (name + ".bias", [width])]);

        void Convolution(string name, int channels, int width, int taps) =>
            tensors.AddRange([(name + ".weight", [width, channels, taps, taps]), (name + ".bias", [width])]);
    }

    private static void Write(string path, List<(string Name, int[] Shape)> tensors)
    {
        long end = 0;
        var header = Encoding.UTF8.GetBytes("{" + string.Join(",", tensors.Select(tensor =>
        {
            var begin = end;
            end += Elements(tensor.Shape) * sizeof(float);
            return $"\"{tensor.Name}\":{{\"dtype\":\"F32\",\"shape\":[{string.Join(',', tensor.Shape)}],\"data_offsets\":[{begin},{end}]}}";
        })) + "}");
        using var file = File.Create(path);
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        file.Write(length);
        file.Write(header);
        var random = new Random(16);
        foreach (var (_, shape) in tensors)
        {
            var values = new float[Elements(shape)];
            // Uniform, so that a layer's output is about as large as its input; the weights of norms are around one.
            var scale = shape.Length == 1 ? 0.1f : MathF.Sqrt(3f * shape[0] / values.Length);
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = scale * (2f * random.NextSingle() - 1f);
            }

            file.Write(MemoryMarshal.AsBytes<float>(values));
        }
    }

    private static long Elements(int[] shape) => shape.Aggregate(1L, (product, size) => product * size);
}
