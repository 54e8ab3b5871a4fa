using NarVulkan.Checkpoints;

namespace NarVulkan.Cli.Fetching;

/// <summary>Whether what came is of the kind that its name says: a page that wants a login has a length and a checksum as well.</summary>
internal static class FetchedContent
{
    /// <summary>Bytes that tell what a file is.</summary>
    private const int HeadBytes = 512;

    /// <param name="file">What was asked for.</param>
    /// <param name="part">What came, whole.</param>
    /// <param name="isVerified">Whether its checksum is the one that was expected: it is then what was asked for, readable or not.</param>
    /// <param name="where">The address, for messages.</param>
    /// <exception cref="ModelFileException">It is something else.</exception>
    public static void Require(FetchableFile file, PartialFile part, bool isVerified, string where)
    {
        if (Problem(file, part, isVerified, where) is { } problem)
        {
            throw new ModelFileException(where, $"{problem}; nothing of it was kept");
        }
    }

    private static string? Problem(FetchableFile file, PartialFile part, bool isVerified, string where)
    {
        byte[] head = part.Start(HeadBytes);
        if (WeightFormats.IsWebPage(head))
        {
            return "what came is a web page; check --endpoint, and whether this network or this model wants a login first";
        }
        if (file.Name.EndsWith(".json", StringComparison.Ordinal))
        {
            using var document = JsonFile.Parse(where, part.Start((int)Math.Min(part.Length, file.MostBytes)));
            return null;
        }
        if (!file.IsWeights)
        {
            return head.AsSpan().IndexOfAnyInRange((byte)0, (byte)8) < 0 ? null : "what came is no text";
        }
        if (file.Name.EndsWith(".model", StringComparison.Ordinal))
        {
            // The tag of its first piece.
            return head[0] == '\n' ? null : "what came is no SentencePiece model";
        }
        return WeightFormats.Recognise(head, out string problem) is null ? "what came " + problem : isVerified ? null : Damage(part);
    }

    // A server that gives no length may stop anywhere, and one that goes on with a part may have another file by now.
    private static string? Damage(PartialFile part)
    {
        part.Flush();
        try
        {
            WeightFile.Open(part.Path).Dispose();
            return null;
        }
        catch (ModelFileException e)
        {
            return "what came is damaged, or no checkpoint that narvk reads: " + e.Message.Replace(part.Path + ": ", "", StringComparison.Ordinal);
        }
    }
}
