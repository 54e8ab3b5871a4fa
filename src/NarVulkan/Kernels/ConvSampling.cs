namespace NarVulkan.Kernels;

/// <summary>Which pixels a 3 x 3 convolution reads.</summary>
internal enum ConvSampling
{
    /// <summary>As many pixels as it writes; padded by one on every side.</summary>
    Same,

    /// <summary>The image doubled by repeating pixels, padded by one on every side.</summary>
    Doubled,

    /// <summary>Every second pixel; padded by one at the right and the bottom only.</summary>
    Halved,
}
