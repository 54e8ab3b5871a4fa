namespace NarVulkan.Models;

/// <summary>Size of the pixels of one sample, float32 [channels, frames, height, width].</summary>
internal readonly record struct PixelShape(int Channels, int Frames, int Height, int Width)
{
    /// <summary>Values of one sample.</summary>
    public long Values => checked((long)Channels * Frames * Height * Width);
}
