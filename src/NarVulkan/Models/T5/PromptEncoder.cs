using NarVulkan.Checkpoints;
using NarVulkan.Text;

namespace NarVulkan.Models.T5;

/// <summary>Prompts to the features that text-to-image models are conditioned on: cleaning, tokenizer, encoder. Not thread-safe.</summary>
/// <remarks>Source: <c>language/t5.py</c> of LlamaGen, which NAR shares.</remarks>
internal sealed class PromptEncoder : IDisposable
{
    // Texts are encoded at the next length of these that holds them: what is padding to the end of the condition takes most of the time otherwise. A
    // length depends on its text alone, so that no text has other bits in company.
    private const int LengthStep = 32;

    private PromptEncoder(TextDescription description, TextTokenizer tokenizer, T5Encoder encoder)
    {
        Tokens = description.Tokens;
        Tokenizer = tokenizer;
        Encoder = encoder;
    }

    /// <summary>Tokens that a prompt is padded or cut to.</summary>
    public int Tokens { get; }

    /// <summary>Text to ids.</summary>
    public TextTokenizer Tokenizer { get; }

    /// <summary>Ids to features.</summary>
    public T5Encoder Encoder { get; }

    /// <summary>Brings a folder's text encoder to the device.</summary>
    /// <exception cref="ModelFileException">A file is missing or wrong, or the tokenizer does not belong to the encoder.</exception>
    /// <exception cref="DeviceException">The device has no memory for it, or failed.</exception>
    public static PromptEncoder Load(KernelSet kernels, TextDescription description, NarLoadOptions options)
    {
        var tokenizer = TextTokenizer.Open(description.TokenizerPath);
        using var file = WeightFile.Open(description.WeightsPath);
        var config = T5Config.Read(description.ConfigPath, file);
        if (tokenizer.VocabularySize > config.Vocabulary)
        {
            throw new ModelFileException(description.TokenizerPath, $"has {tokenizer.VocabularySize} ids, but {file.Path} embeds {config.Vocabulary}; they do not belong together.");
        }
        return new PromptEncoder(description, tokenizer, T5Encoder.Load(kernels, file, config, options));
    }

    /// <summary>Device bytes that the encoder's weights will take, without loading them.</summary>
    /// <exception cref="ModelFileException">A file is missing or wrong.</exception>
    public static long WeightBytes(KernelSet kernels, TextDescription description, NarLoadOptions options)
    {
        using var file = WeightFile.Open(description.WeightsPath);
        var precision = WeightPrecisionChoice.Choose(options.Precision, file, kernels.Device.Profile);
        string table = T5Config.Read(description.ConfigPath, file).EmbeddingName;
        var tensors = file.Tensors.Values.Where(tensor =>
            tensor.Name == table || (tensor.Name.StartsWith("encoder.", StringComparison.Ordinal) && tensor.Name != "encoder.embed_tokens.weight"));
        return (long)tensors.Aggregate((Int128)0, (sum, tensor) => sum + WeightPrecisionChoice.Bytes(precision, tensor));
    }

    /// <summary>A prompt as the tokenizer gets it.</summary>
    public static string Prepare(string prompt, bool clean) => clean ? CaptionCleaner.Clean(prompt) : CaptionCleaner.LowerCase(prompt);

    /// <summary>Features of prompts, one sample each, padded on the right with zeros.</summary>
    public NarTextCondition Encode(IReadOnlyList<string> prompts, bool clean, CancellationToken cancellation)
    {
        int width = Encoder.Config.Width;
        var features = new float[checked(prompts.Count * Tokens * width)];
        var mask = new int[prompts.Count * Tokens];
        // Copies of a prompt are encoded once.
        var texts = prompts.Select((prompt, sample) => (Sample: sample, Prompt: prompt)).GroupBy(text => text.Prompt, StringComparer.Ordinal)
            .Select(copies => (Samples: copies.Select(text => text.Sample).ToArray(), Ids: Tokenizer.Encode(Prepare(copies.Key, clean), Tokens)));
        foreach (var equal in texts.GroupBy(text => Math.Min(Tokens, (text.Ids.Length + LengthStep - 1) / LengthStep * LengthStep)))
        {
            EncodeAlike([.. equal], equal.Key);
        }
        return new NarTextCondition { Features = features, Mask = mask };

        void EncodeAlike((int[] Samples, int[] Ids)[] alike, int length)
        {
            var ids = new int[alike.Length * length];
            Array.Fill(ids, Tokenizer.PadId);
            var valid = new int[ids.Length];
            for (int text = 0; text < alike.Length; text++)
            {
                alike[text].Ids.CopyTo(ids, text * length);
                valid.AsSpan(text * length, alike[text].Ids.Length).Fill(1);
            }
            var encoded = new float[checked(ids.Length * width)];
            Encoder.Encode(ids, valid, length, encoded, cancellation);
            for (int text = 0; text < alike.Length; text++)
            {
                int count = alike[text].Ids.Length;
                foreach (int sample in alike[text].Samples)
                {
                    encoded.AsSpan(text * length * width, count * width).CopyTo(features.AsSpan(sample * Tokens * width));
                    mask.AsSpan(sample * Tokens, count).Fill(1);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Encoder.Dispose();
}
