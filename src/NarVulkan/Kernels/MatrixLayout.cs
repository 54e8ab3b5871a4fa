namespace NarVulkan.Kernels;

/// <summary>Which row of the source becomes which packed column.</summary>
internal enum MatrixLayout
{
    /// <summary>Row n gives column n.</summary>
    Plain,

    /// <summary>
    /// The source is [gate; up], 2F rows. Blocks of gate and up rows alternate, so that a lane of the product owns
    /// both halves of a SwiGLU output. Goes with <see cref="MatmulEpilogue.SwiGlu"/> and with nothing else.
    /// </summary>
    GateUp,
}
