namespace NarVulkan.Kernels;

/// <summary>Which row of the source becomes which packed column.</summary>
internal enum MatrixLayout
{
    /// <summary>Row n gives column n.</summary>
    Plain,

    /// <summary>
    /// The source is [gate; up], 2F rows. Blocks of gate and up rows alternate, so that a lane of the product owns
    /// both halves of a gated output. Goes with <see cref="MatmulEpilogue.SwiGlu"/> and <see cref="MatmulEpilogue.GeGluTanh"/>, and with nothing else.
    /// </summary>
    GateUp,

    /// <summary>
    /// Blocks of even and odd rows alternate, so that a lane of the product owns both members of a pair (2i, 2i + 1). Goes
    /// with <see cref="MatmulEpilogue.QueryKeyValue"/> and with nothing else.
    /// </summary>
    Pairs,
}
