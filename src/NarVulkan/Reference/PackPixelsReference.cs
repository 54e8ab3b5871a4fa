namespace NarVulkan.Reference;

/// <summary>Twin of <c>shaders/pack_pixels.comp</c>: planes of floats to RGBA8 pixels, red in the lowest byte.</summary>
/// <remarks>As the originals' scripts write pictures; what is not a number becomes 0.</remarks>
internal static class PackPixelsReference
{
    /// <summary>Packs as many pixels as <paramref name="packed"/> has.</summary>
    /// <param name="planes">The first pixel's red; further colours lie <paramref name="planeStride"/> on.</param>
    public static void Pack(ReadOnlySpan<float> planes, int planeStride, bool isSigned, Span<uint> packed)
    {
        for (var pixel = 0; pixel < packed.Length; pixel++)
        {
            uint red = ByteOf(planes[pixel], isSigned), green = ByteOf(planes[pixel + planeStride], isSigned), blue = ByteOf(planes[pixel + 2 * planeStride], isSigned);
            packed[pixel] = red | green << 8 | blue << 16 | 0xFF000000;
        }
    }

    private static byte ByteOf(float value, bool isSigned)
    {
        if (isSigned)
        {
            return float.IsFinite(value) ? (byte)Math.Clamp(127.5f * value + 128, 0f, 255f) : (byte)0;
        }

        return value > 0 ? (byte)(Math.Min(value, 1f) * 255f) : (byte)0;
    }
}
