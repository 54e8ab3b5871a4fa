using System.Runtime.CompilerServices;
using NarVulkan.Decoding;
using NarVulkan.Kernels;
using NarVulkan.Models;
using NarVulkan.Vulkan;

namespace NarVulkan.Generation;

/// <summary>Device memory of one recorded chain: cache, scratch, inputs and results. Owned by the plan.</summary>
internal sealed class GenerationBuffers : IDisposable
{
    private readonly List<DeviceBuffer> buffers = [];

    /// <summary>Allocates everything, and uploads the tables that depend on the schedule alone.</summary>
    public GenerationBuffers(VulkanDevice device, GeneratorWeights weights, PlanKey key)
    {
        var schedule = weights.Schedule;
        var shape = weights.Shape;
        var sizes = new GenerationSizes(weights, key);
        SequencesPerSample = sizes.SequencesPerSample;
        Sequences = sizes.Sequences;
        ConditionSlots = schedule.Steps[0].Fed.Count;
        int tokens = schedule.Grid.Count;
        long mostRows = sizes.Rows, mostSampled = sizes.Sampled;
        try
        {
            Cache = new KvCache(device, shape.Blocks, Sequences, shape.Width, schedule.SlotCount);
            Scratch = new BlockScratch(device, checked((int)mostRows), shape.Width, shape.FeedForward);
            ConditionIds = Add(device.CreateBuffer("conditionIds", (ulong)(Sequences * ConditionSlots) * sizeof(int), BufferUse.Storage));
            if (weights.Captions is { } captions)
            {
                TextFeatures = Add(BlockScratch.Create(device, "textFeatures", (long)Sequences * captions.Tokens, captions.FeatureWidth));
                KeyMask = Add(device.CreateBuffer("keyMask", (ulong)(Sequences * TextInputs.WordsFor(captions.Tokens)) * sizeof(uint), BufferUse.Storage));
            }
            Tokens = Add(device.CreateBuffer("tokens", (ulong)key.Samples * (ulong)tokens * sizeof(int), BufferUse.Storage));
            Parameters = Add(device.CreateBuffer("samplingParameters", SamplingParameters.BytesFor(key.Samples), BufferUse.Storage));
            Hidden = Add(BlockScratch.Create(device, "hidden", mostRows, shape.Width));
            HeadRows = [.. weights.Heads.SkipLast(1).Select((_, head) => Add(BlockScratch.Create(device, $"headRows.{head}", mostRows, shape.Width))), Hidden];
            Features = Add(BlockScratch.Create(device, "features", mostSampled, sizes.FeatureWidth));
            Logits = Add(BlockScratch.Create(device, "logits", mostSampled, shape.Vocabulary));
            KeptLogits = key.KeepLogits ? Add(BlockScratch.Create(device, "keptLogits", (long)key.Samples * tokens, shape.Vocabulary)) : null;
            SlotPositions = AddTable(device, "slotPositions", [.. schedule.SlotPositions]);
            RasterPositions = AddTable(device, "rasterPositions", [.. schedule.OrderOfGeneration]);
            Votes = AddTable(device, "votes", FlattenVotes(schedule));
            SpecialIds = weights.SpecialRows.Count > 0 ? AddTable(device, "specialIds", [.. weights.SpecialRows]) : null;
            Rotary = weights.Rotary ? AddTable(device, "rotary", RotaryTable.Build(schedule, shape.HeadSize)) : null;
            device.Uploads.Flush();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Sequences in the cache for each sample: 2 with guidance (conditional, unconditional), else 1.</summary>
    public int SequencesPerSample { get; }

    /// <summary>Sequences in the cache.</summary>
    public int Sequences { get; }

    /// <summary>Condition rows fed for each sequence.</summary>
    public int ConditionSlots { get; }

    public KvCache Cache { get; } = null!;

    public BlockScratch Scratch { get; } = null!;

    /// <summary>Embedding rows of the condition, int32 [sequences, condition slots]; unused where a text conditions the model.</summary>
    public DeviceBuffer ConditionIds { get; } = null!;

    /// <summary>Text features, float32 [sequences, condition tokens, feature width]; null where no text conditions the model.</summary>
    public DeviceBuffer? TextFeatures { get; }

    /// <summary>Visible condition slots of each sequence, one bit each, uint32 [sequences, words]; null as <see cref="TextFeatures"/> is.</summary>
    public DeviceBuffer? KeyMask { get; }

    /// <summary>Embedding rows of the special tokens, int32; null where there are none.</summary>
    public DeviceBuffer? SpecialIds { get; }

    /// <summary>Rotary angles of each KV slot, float32 [slots, head size / 2, 2]; null where the model has none.</summary>
    public DeviceBuffer? Rotary { get; }

    /// <summary>Sampled tokens, int32 [samples, tokens], order of generation.</summary>
    public DeviceBuffer Tokens { get; } = null!;

    /// <summary>The <see cref="SamplingParameters"/> block and the samples' random streams.</summary>
    public DeviceBuffer Parameters { get; } = null!;

    /// <summary>Hidden states of the fed rows, [rows, width].</summary>
    public DeviceBuffer Hidden { get; } = null!;

    /// <summary>Hidden states that each head reads; the last head reads <see cref="Hidden"/> itself.</summary>
    public DeviceBuffer[] HeadRows { get; } = [];

    /// <summary>Joined head features, [samples * sampled, heads * width].</summary>
    public DeviceBuffer Features { get; } = null!;

    /// <summary>Logits of a step, [samples * sampled, vocabulary].</summary>
    public DeviceBuffer Logits { get; } = null!;

    /// <summary>Logits of all steps, [samples, tokens, vocabulary], order of generation; null unless kept.</summary>
    public DeviceBuffer? KeptLogits { get; }

    /// <summary>Position of each KV slot, int32.</summary>
    public DeviceBuffer SlotPositions { get; } = null!;

    /// <summary>Raster index of each token in order of generation, int32: the sampler's counter.</summary>
    public DeviceBuffer RasterPositions { get; } = null!;

    /// <summary>Voting row of each head for each token in order of generation, -1 where a head has no vote; int32 [tokens, heads].</summary>
    public DeviceBuffer Votes { get; } = null!;

    /// <summary>Device memory of all of it.</summary>
    public PlanMemory Memory
    {
        get
        {
            ulong activations = Features.MemoryBytes + HeadRows.Aggregate(0UL, (sum, rows) => sum + rows.MemoryBytes);
            ulong logits = Logits.MemoryBytes + (KeptLogits?.MemoryBytes ?? 0);
            ulong all = buffers.Aggregate(0UL, (sum, buffer) => sum + buffer.MemoryBytes);
            return new PlanMemory(Cache.MemoryBytes, Scratch.MemoryBytes + activations, logits, all - activations - logits);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var buffer in buffers)
        {
            buffer.Dispose();
        }
        Scratch?.Dispose();
        Cache?.Dispose();
    }

    private static int[] FlattenVotes(DecodeSchedule schedule)
    {
        var rows = new int[schedule.Grid.Count * schedule.HeadCount];
        Array.Fill(rows, -1);
        int token = 0;
        foreach (var sampled in schedule.Steps.SelectMany(step => step.Sampled))
        {
            foreach (var vote in sampled.Votes)
            {
                rows[token * schedule.HeadCount + vote.Head] = vote.FedRow;
            }
            token++;
        }
        return rows;
    }

    private DeviceBuffer Add(DeviceBuffer buffer)
    {
        buffers.Add(buffer);
        return buffer;
    }

    private DeviceBuffer AddTable<T>(VulkanDevice device, string role, T[] values) where T : unmanaged
    {
        var buffer = Add(device.CreateBuffer(role, (ulong)values.Length * (ulong)Unsafe.SizeOf<T>(), BufferUse.Storage));
        device.Uploads.Upload<T>(buffer, 0, values);
        return buffer;
    }
}
