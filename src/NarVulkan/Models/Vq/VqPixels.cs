namespace NarVulkan.Models.Vq;

/// <summary>Between the pixels of a VQ image tokenizer, nominally -1..1, and bytes.</summary>
internal static class VqPixels
{
    /// <summary>trunc(clamp(127.5 x + 128, 0, 255)) in float32, as the original's scripts write pictures. What is not a number becomes 0.</summary>
    public static byte ToByte(float value)
    {
        float scaled = 127.5f * value + 128f;
        return scaled > 0 ? (byte)Math.Min(scaled, 255f) : (byte)0;
    }
}
