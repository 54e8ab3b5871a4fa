namespace NarVulkan.Kernels;

/// <summary>The forms in which <c>shaders/attention.comp</c> is compiled.</summary>
internal enum AttentionVariant
{
    /// <summary>Lanes with keys of their own, read through texel buffers, merged through shared memory.</summary>
    Texel,

    /// <summary>Keys read as by <see cref="Texel"/>, values a part of the head a lane, exchanged by subgroup shuffles; takes 8 lanes, a whole subgroup.</summary>
    TexelShuffle,

    /// <summary>As <see cref="Texel"/>, read through storage buffers.</summary>
    Storage,

    /// <summary>As <see cref="Storage"/>, for heads of 32 and 4 rows only.</summary>
    Storage32,

    /// <summary>As <see cref="Storage"/>, for heads of 64 and 2 rows only.</summary>
    Storage64,

    /// <summary>Blocks of keys shared by lanes; sums cross lanes through shared memory.</summary>
    Blocks,

    /// <summary>As <see cref="Blocks"/>; sums cross lanes by subgroup shuffles within fours.</summary>
    BlocksShuffle,

    /// <summary>Blocks of keys multiplied by cooperative matrices, of the shape that the specialisation constants say.</summary>
    Cooperative,
}
