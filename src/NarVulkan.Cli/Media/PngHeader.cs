namespace NarVulkan.Cli.Media;

/// <summary>What the header chunk says, already checked.</summary>
/// <param name="Width">Pixels across.</param>
/// <param name="Height">Pixels down.</param>
/// <param name="ColourType">One of the constants here.</param>
/// <param name="BytesPerPixel">Samples of a pixel, a byte each.</param>
internal sealed record PngHeader(int Width, int Height, int ColourType, int BytesPerPixel)
{
    public const int Grey = 0;
    public const int Rgb = 2;
    public const int Palette = 3;
    public const int GreyAlpha = 4;
    public const int Rgba = 6;

    public int Stride => Width * BytesPerPixel;
}
