namespace NarVulkan.Kernels;

/// <summary>How a form of the product's kernel reads its operands. All give the same bits.</summary>
internal enum MatmulPath
{
    /// <summary>Weights and activations from texel buffers; each lane fetches some of the activations and passes them on to the others.</summary>
    Texel,

    /// <summary>Both from storage buffers; all lanes of a slice read activations at one address.</summary>
    Storage,

    /// <summary>Storage buffers; each lane of a subgroup reads some of the activations and passes them on to the others.</summary>
    Broadcast,

    /// <summary>Storage buffers and a register tile of 1 x 8 that was fixed when the shader was compiled.</summary>
    Fixed1x8,

    /// <summary>Likewise 4 x 8.</summary>
    Fixed4x8,

    /// <summary>Likewise 8 x 8.</summary>
    Fixed8x8,
}
