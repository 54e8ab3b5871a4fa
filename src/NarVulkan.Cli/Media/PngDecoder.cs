using System.Buffers.Binary;
using System.IO.Compression;

namespace NarVulkan.Cli.Media;

/// <summary>Gathers the chunks of one PNG file and turns their data into frames.</summary>
internal sealed class PngDecoder(PngHeader header, string name, long mostPixels = PngDecoder.MostPixels)
{
    private const int FrameControlLength = 26;

    /// <summary>Bytes that Deflate can pack into one: a little less, in truth.</summary>
    private const int MostPacked = 1032;

    /// <summary>Of all frames together: 400 MB as RGB. Deflate packs a thousand bytes into one, so a small file could ask for any amount of memory.</summary>
    private const long MostPixels = 1 << 27;

    private readonly List<RgbImage> frames = [];
    private readonly Dictionary<string, string> text = [];
    private readonly MemoryStream data = new();
    private byte[]? palette;
    private uint announcedFrames;
    private uint plays;
    private double frameSeconds;
    private bool stillFrameIsHidden;
    private bool seenFrameControl;

    public void AddText(string keyword, string value) => text[keyword] = value;

    public void SetPalette(ReadOnlySpan<byte> entries)
    {
        if (entries.Length == 0 || entries.Length % 3 != 0 || entries.Length > 3 * 256)
        {
            throw PngReader.Wrong(name, "is damaged: its palette has the wrong length");
        }
        palette = entries.ToArray();
    }

    public void BeginAnimation(uint frameCount, uint playCount, int mostFrames)
    {
        if (frameCount == 0 || frameCount > mostFrames)
        {
            throw PngReader.Wrong(name, $"announces {frameCount} frames; 1 to {mostFrames} are supported");
        }
        announcedFrames = frameCount;
        plays = playCount;
    }

    public void BeginFrame(ReadOnlySpan<byte> control)
    {
        if (control.Length != FrameControlLength)
        {
            throw PngReader.Wrong(name, "is damaged: a frame control chunk has the wrong length");
        }
        FinishFrame();
        bool whole = BinaryPrimitives.ReadUInt32BigEndian(control[4..]) == header.Width
            && BinaryPrimitives.ReadUInt32BigEndian(control[8..]) == header.Height
            && BinaryPrimitives.ReadUInt64BigEndian(control[12..]) == 0;
        if (!whole || control[25] != 0)
        {
            throw PngReader.Wrong(name, "is an animation of partial or blended frames; save whole frames, or one PNG per frame");
        }
        int denominator = BinaryPrimitives.ReadUInt16BigEndian(control[22..]);
        frameSeconds = (double)BinaryPrimitives.ReadUInt16BigEndian(control[20..]) / (denominator == 0 ? 100 : denominator);
        seenFrameControl = true;
    }

    public void AddData(ReadOnlySpan<byte> compressed)
    {
        // An animation whose first frame control comes after the still picture does not show that picture.
        stillFrameIsHidden |= announcedFrames > 0 && !seenFrameControl;
        data.Write(compressed);
    }

    public void AddFrameData(ReadOnlySpan<byte> compressed)
    {
        if (announcedFrames == 0 || !seenFrameControl)
        {
            throw PngReader.Wrong(name, "is damaged: frame data without frame control");
        }
        data.Write(compressed);
    }

    public PngPicture Finish()
    {
        FinishFrame();
        if (frames.Count == 0)
        {
            throw PngReader.Wrong(name, "has no picture data");
        }
        if (announcedFrames > 0 && frames.Count != announcedFrames)
        {
            throw PngReader.Wrong(name, $"is truncated: it announces {announcedFrames} frames and holds {frames.Count}");
        }
        return new PngPicture { Frames = frames, FrameSeconds = frameSeconds, Plays = (int)Math.Min(plays, int.MaxValue), Text = text };
    }

    private void FinishFrame()
    {
        if (data.Length == 0)
        {
            return;
        }
        if (stillFrameIsHidden)
        {
            stillFrameIsHidden = false;
        }
        else if (announcedFrames > 0 && frames.Count == announcedFrames)
        {
            throw PngReader.Wrong(name, $"is damaged: it holds more than the {announcedFrames} frames it announces");
        }
        else
        {
            frames.Add(DecodeFrame());
        }
        data.SetLength(0);
    }

    private RgbImage DecodeFrame()
    {
        // Checked before anything is allocated: the header may claim any size.
        if ((long)(header.Stride + 1) * header.Height > data.Length * MostPacked)
        {
            throw PngReader.Wrong(name, "is damaged: its picture data ends early");
        }
        if ((frames.Count + 1L) * header.Width * header.Height > mostPixels)
        {
            throw PngReader.Wrong(name, $"has more than {mostPixels} pixels in its frames; save one PNG per frame, or fewer frames");
        }
        data.Position = 0;
        RgbImage image = new(header.Width, header.Height);
        try
        {
            using ZLibStream zlib = new(data, CompressionMode.Decompress, leaveOpen: true);
            byte[] above = new byte[header.Stride];
            byte[] line = new byte[header.Stride + 1];
            for (int y = 0; y < header.Height; y++)
            {
                zlib.ReadExactly(line);
                Span<byte> row = line.AsSpan(1);
                if (!PngFilters.TryUndo(line[0], row, above, header.BytesPerPixel))
                {
                    throw PngReader.Wrong(name, $"is damaged: unknown filter {line[0]}");
                }
                ToRgb(row, image.Pixels.AsSpan(y * image.Stride, image.Stride));
                row.CopyTo(above);
            }
            if (zlib.ReadByte() >= 0)
            {
                throw PngReader.Wrong(name, "is damaged: it has more picture data than its size allows");
            }
        }
        // IOException: the stream ends early, or asks for a dictionary, which PNG has none of.
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw PngReader.Wrong(name, "is damaged: its picture data ends early or does not decompress", e);
        }
        return image;
    }

    private void ToRgb(ReadOnlySpan<byte> row, Span<byte> rgb)
    {
        for (int x = 0; x < header.Width; x++)
        {
            ReadOnlySpan<byte> pixel = row.Slice(x * header.BytesPerPixel, header.BytesPerPixel);
            Span<byte> target = rgb.Slice(x * RgbImage.Channels, RgbImage.Channels);
            switch (header.ColourType)
            {
                case PngHeader.Rgb or PngHeader.Rgba:
                    pixel[..RgbImage.Channels].CopyTo(target);
                    break;
                case PngHeader.Palette:
                    PaletteEntry(pixel[0]).CopyTo(target);
                    break;
                default:
                    target.Fill(pixel[0]);
                    break;
            }
        }
    }

    private ReadOnlySpan<byte> PaletteEntry(int index) => palette is not null && (index + 1) * 3 <= palette.Length
        ? palette.AsSpan(index * 3, 3)
        : throw PngReader.Wrong(name, "is damaged: a pixel refers to no entry of the palette");
}
