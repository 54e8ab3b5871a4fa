using System.Buffers.Binary;

namespace NarVulkan.Cli.Media;

/// <summary>What a PNG file says of itself, without its pixels: any PNG file, also one of a kind that <see cref="PngReader"/> does not decode.</summary>
/// <param name="Width">Pixels across.</param>
/// <param name="Height">Pixels down.</param>
/// <param name="Frames">Frames; one, unless it is animated.</param>
/// <param name="Bytes">Size of the file.</param>
/// <param name="Texts">Keywords and texts, in the order of the file: the first thousand.</param>
internal sealed record PngRecord(long Width, long Height, long Frames, long Bytes, IReadOnlyList<KeyValuePair<string, string>> Texts)
{
    private const int HeaderLength = 13;
    private const int AnimationLength = 8;

    /// <summary>Characters of all texts together; the rest is passed over.</summary>
    private const int MostText = 1 << 24;

    /// <summary>Texts; those after them are passed over. Programs write some ten.</summary>
    private const int MostTexts = 1000;

    /// <param name="path">Full path of the file.</param>
    /// <param name="name">Its name in errors.</param>
    /// <exception cref="InvalidRequestException">It cannot be read, or is damaged.</exception>
    public static PngRecord Read(string path, string name)
    {
        byte[] file = PngReader.ReadFile(path, name);
        if (!file.AsSpan().StartsWith(PngChunks.Signature))
        {
            throw PngReader.Wrong(name, "is not a PNG file");
        }
        ReadOnlySpan<byte> rest = file.AsSpan(PngChunks.Signature.Length);
        PngRecord record = new(0, 0, 1, file.Length, []);
        List<KeyValuePair<string, string>> texts = [];
        long characters = 0;
        for (string type = ""; type != "IEND";)
        {
            bool first = type.Length == 0;
            ReadOnlySpan<byte> data = PngReader.NextChunk(ref rest, name, out type);
            if (first != (type == "IHDR") || (first && data.Length != HeaderLength))
            {
                throw PngReader.Wrong(name, first ? "does not begin with its header" : "has two headers");
            }
            if (first)
            {
                record = record with { Width = BinaryPrimitives.ReadUInt32BigEndian(data), Height = BinaryPrimitives.ReadUInt32BigEndian(data[4..]) };
            }
            else if (type == "acTL" && data.Length == AnimationLength)
            {
                record = record with { Frames = BinaryPrimitives.ReadUInt32BigEndian(data) };
            }
            else if (PngTextChunk.IsText(type) && texts.Count < MostTexts && characters <= MostText && PngTextChunk.TryRead(type, data, out string? keyword, out string? text))
            {
                characters += keyword.Length + text.Length;
                texts.Add(new(keyword, text));
            }
        }
        return record with { Texts = texts };
    }

    /// <summary>Whether a file begins as a PNG does.</summary>
    public static bool IsPng(string path)
    {
        try
        {
            using FileStream stream = Checkpoints.RegularFile.OpenRead(path, bufferSize: 0);
            Span<byte> start = stackalloc byte[PngChunks.Signature.Length];
            return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual(PngChunks.Signature);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            // Whoever reads it as something else says what is wrong.
            return false;
        }
    }
}
