namespace NarVulkan.Benchmarks.Report;

/// <summary>Bytes of device memory by what they hold, as allocated, and the host's peak.</summary>
internal readonly record struct MemoryUse
{
    /// <summary>Weights and embedding tables.</summary>
    public long Weights { get; init; }

    /// <summary>Keys and values.</summary>
    public long Cache { get; init; }

    /// <summary>Activations, written anew by every step.</summary>
    public long Scratch { get; init; }

    /// <summary>Logits.</summary>
    public long Logits { get; init; }

    /// <summary>Conditions, settings, tokens, and the tables of the schedule.</summary>
    public long Inputs { get; init; }

    /// <summary>Rings for transfers; 0 where the host writes device memory in place.</summary>
    public long Staging { get; init; }

    /// <summary>What is not the generator's: a tokenizer.</summary>
    public long Others { get; init; }

    /// <summary>In use: all of the above, which is what the device's allocator counts.</summary>
    public long Total => Weights + Cache + Scratch + Logits + Inputs + Staging + Others;

    /// <summary>The most that was ever in use at once.</summary>
    public long Peak { get; init; }

    /// <summary>Most resident memory of the process so far; a software driver's device memory is in it. 0 where the system does not tell.</summary>
    public long HostPeak { get; init; }
}
