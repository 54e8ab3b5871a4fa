namespace NarVulkan.Cli.Media;

/// <summary>An 8-bit RGB picture: rows top to bottom, three bytes a pixel.</summary>
internal sealed class RgbImage
{
    public const int Channels = 3;

    public RgbImage(int width, int height)
        : this(width, height, new byte[checked(width * height * Channels)])
    {
    }

    public RgbImage(int width, int height, byte[] pixels)
    {
        if (width < 1 || height < 1 || pixels.Length != (long)width * height * Channels)
        {
            throw new ArgumentException($"{pixels.Length} bytes are no {width}x{height} RGB picture", nameof(pixels));
        }
        Width = width;
        Height = height;
        Pixels = pixels;
    }

    public int Width { get; }

    public int Height { get; }

    public byte[] Pixels { get; }

    /// <summary>Bytes of one row.</summary>
    public int Stride => Width * Channels;

    public ReadOnlySpan<byte> Row(int y) => Pixels.AsSpan(y * Stride, Stride);

    /// <summary>Every pixel as a square of <paramref name="factor"/> times <paramref name="factor"/>.</summary>
    public RgbImage Enlarge(int factor)
    {
        if (factor == 1)
        {
            return this;
        }
        RgbImage large = new(Width * factor, Height * factor);
        for (int y = 0; y < large.Height; y++)
        {
            ReadOnlySpan<byte> source = Row(y / factor);
            Span<byte> target = large.Pixels.AsSpan(y * large.Stride, large.Stride);
            for (int x = 0; x < large.Width; x++)
            {
                source.Slice(x / factor * Channels, Channels).CopyTo(target[(x * Channels)..]);
            }
        }
        return large;
    }

    /// <summary>Copies <paramref name="source"/> in, its left upper corner at (<paramref name="left"/>, <paramref name="top"/>).</summary>
    public void Paste(RgbImage source, int left, int top)
    {
        for (int y = 0; y < source.Height; y++)
        {
            source.Row(y).CopyTo(Pixels.AsSpan((top + y) * Stride + left * Channels, source.Stride));
        }
    }
}
