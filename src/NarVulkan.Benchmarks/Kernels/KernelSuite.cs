namespace NarVulkan.Benchmarks.Kernels;

/// <summary>Kernels at fixed shapes, for work on them: the figures of different days and devices compare.</summary>
internal enum KernelSuite
{
    /// <summary>Products of 1 to 128 rows.</summary>
    Matmul,

    /// <summary>Attention of 1 to 2,048 rows.</summary>
    Attention,

    /// <summary>3 x 3 convolutions, and the norms before them.</summary>
    Conv,

    /// <summary>Draws with each setting.</summary>
    Sample,

    /// <summary>The whole image tokenizer of the published size: minutes on a software driver, and a file of 280 MB.</summary>
    Vq,
}
