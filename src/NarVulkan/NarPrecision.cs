namespace NarVulkan;

/// <summary>How weights are kept on the device. Activations and accumulation are always 32-bit.</summary>
public enum NarPrecision
{
    /// <summary>
    /// The fastest that costs no quality: a file's own 16-bit values or 8-bit blocks as they are; 32-bit files stay 32-bit on software
    /// devices and where they are small, and become 16-bit on GPUs.
    /// </summary>
    Auto,

    /// <summary>32-bit IEEE.</summary>
    Float32,

    /// <summary>16-bit IEEE.</summary>
    Float16,

    /// <summary>16-bit brain float.</summary>
    BFloat16,

    /// <summary>
    /// 8-bit blocks: large matrices as integers with a 16-bit scale for 32 of them, half the memory and reading of 16-bit weights; embeddings, convolutions and small
    /// matrices are 16-bit. It costs a little quality.
    /// </summary>
    Q8,
}
