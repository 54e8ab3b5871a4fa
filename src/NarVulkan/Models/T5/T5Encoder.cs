using NarVulkan.Checkpoints;
using NarVulkan.Kernels;
using NarVulkan.Kernels.Tuning;

namespace NarVulkan.Models.T5;

/// <summary>A T5 text encoder on the device. Keeps the recording for the last size of batch. Not thread-safe.</summary>
internal sealed class T5Encoder : IDisposable
{
    /// <summary>Texts side by side at most: more gain nothing and cost memory.</summary>
    private const int MostTextsOnSoftware = 4, MostTextsOnGpu = 16;

    private readonly KernelSet kernels;
    private readonly T5Weights weights;
    private (int Texts, int Tokens, T5EncodePlan Plan)? plan;

    private T5Encoder(KernelSet kernels, T5Weights weights, WeightPrecision precision)
    {
        this.kernels = kernels;
        this.weights = weights;
        Precision = WeightPrecisionChoice.Name(precision);
    }

    /// <summary>Sizes.</summary>
    public T5Config Config => weights.Config;

    /// <summary>The weights on the device.</summary>
    public T5Weights Weights => weights;

    /// <summary>How they are kept.</summary>
    public NarPrecision Precision { get; }

    /// <summary>Tokens of the longest text whose buffers the device binds.</summary>
    public int LongestText
    {
        get
        {
            var profile = kernels.Device.Profile;
            ulong rows = Math.Min(profile.MaxStorageBufferRange, profile.MaxAllocationSize) / BytesPerRow;
            // Some kernels have a workgroup for each row.
            return (int)Math.Min(Math.Min(rows, profile.MaxWorkgroupCountX), 1 << 20);
        }
    }

    private ulong BytesPerRow => sizeof(float) * (ulong)Math.Max(Math.Max(Config.Width, Config.AttentionWidth), Math.Max(Config.FeedForward, 2 * Config.Heads));

    /// <summary>Brings an encoder to the device. Its decoder, where the file has one, is left alone.</summary>
    /// <param name="kernels">The device's kernels.</param>
    /// <param name="description">Where the files are.</param>
    /// <param name="options">How to load.</param>
    /// <exception cref="ModelFileException">A file is missing or wrong.</exception>
    /// <exception cref="DeviceException">The device has no memory for it.</exception>
    public static T5Encoder Load(KernelSet kernels, TextDescription description, NarLoadOptions options)
    {
        using var file = WeightFile.Open(description.WeightsPath);
        return Load(kernels, file, T5Config.Read(description.ConfigPath, file), options);
    }

    /// <summary>Brings an encoder to the device whose weights are at hand.</summary>
    public static T5Encoder Load(KernelSet kernels, WeightFile file, T5Config config, NarLoadOptions options)
    {
        var precision = WeightPrecisionChoice.Choose(options.Precision, file, kernels.Device.Profile);
        long done = 0;
        Action<long>? report = options.Progress is { } progress ? count => progress(new NarLoadProgress(done += count, config.Parameters)) : null;
        using var loader = new WeightLoader(kernels.Device, file, precision, report);
        var weights = new T5Weights(loader, config);
        kernels.Device.Notify(MatmulTuning.AtLoad(kernels.Device, kernels.Matmul, loader.Matrices));
        return new T5Encoder(kernels, weights, precision);
    }

    /// <summary>Encodes texts of one length. A row's values depend on its own text alone, bit for bit, and on no batch.</summary>
    /// <param name="ids">int32 [texts, tokens], each below the vocabulary's size.</param>
    /// <param name="mask">[texts, tokens]: 1 where a token is part of the text, 0 where it is padding. Padding has features, too, of what it sees: the text.</param>
    /// <param name="tokens">Tokens of a text, at most <see cref="LongestText"/>.</param>
    /// <param name="features">Receives float32 [texts, tokens, width].</param>
    /// <param name="cancellation">Ends the work between two submissions.</param>
    public void Encode(ReadOnlySpan<int> ids, ReadOnlySpan<int> mask, int tokens, Span<float> features, CancellationToken cancellation)
    {
        int texts = ids.Length / tokens, most = TextsPerBatch(tokens);
        for (int first = 0; first < texts; first += most)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(most, texts - first), at = first * tokens, values = tokens * Config.Width;
            PlanFor(count, tokens).Run(ids.Slice(at, count * tokens), mask.Slice(at, count * tokens), features.Slice(first * values, count * values), cancellation);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        plan?.Plan.Dispose();
        weights.Dispose();
    }

    private T5EncodePlan PlanFor(int texts, int tokens)
    {
        if (plan is not { } kept || kept.Texts != texts || kept.Tokens != tokens)
        {
            plan?.Plan.Dispose();
            plan = null;
            plan = (texts, tokens, new T5EncodePlan(kernels, weights, texts, tokens));
        }
        return plan.Value.Plan;
    }

    private int TextsPerBatch(int tokens) =>
        Math.Clamp(LongestText / tokens, 1, kernels.Device.Profile.IsSoftware ? MostTextsOnSoftware : MostTextsOnGpu);
}
