namespace NarVulkan.Kernels;

/// <summary>How a form of the convolution's kernel reads its operands. All give the same bits.</summary>
internal enum ConvPath
{
    /// <summary>Weights and pixels from texel buffers.</summary>
    Texel,

    /// <summary>As <see cref="Texel"/>, a pixel's texels fetched by one lane each and handed round by subgroup shuffles; takes 8 lanes, a whole subgroup.</summary>
    Shuffle,

    /// <summary>Both from storage buffers.</summary>
    Storage,

    /// <summary>Storage buffers and a register tile of 8 x 1 that was fixed when the shader was compiled, for images of few channels.</summary>
    Fixed8x1,

    /// <summary>Likewise 8 x 8.</summary>
    Fixed8x8,
}
