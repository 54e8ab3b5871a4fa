namespace NarVulkan.Kernels;

/// <summary>Who takes which key in attention.</summary>
internal enum AttentionLayout
{
    /// <summary>Each lane has keys of its own.</summary>
    Lanes,

    /// <summary>As <see cref="Lanes"/>, by a shader made for one head size and one number of rows.</summary>
    FixedLanes,

    /// <summary>Lanes share keys, block by block.</summary>
    Blocks,

    /// <summary>Subgroups share blocks of keys, multiplied by cooperative matrices.</summary>
    Cooperative,
}
